import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { rootContext } from './flat-context.ts'

const [one, other] = [createContextKey('one'), createContextKey('other')]

test.each([
  ['ours', rootContext],
  ['the one of the API', ROOT_CONTEXT],
])('a context holds what was set and never changes: %s', (_, root) => {
  const first = root.setValue(one, 1)
  const both = first.setValue(other, 2)
  const replaced = both.setValue(one, 3)
  const deleted = replaced.deleteValue(one)
  const all = [root, first, both, replaced, deleted, root.deleteValue(one)]
  expect(all.map((context) => [context.getValue(one), context.getValue(other)])).toEqual([
    [undefined, undefined],
    [1, undefined],
    [1, 2],
    [3, 2],
    [undefined, 2],
    [undefined, undefined],
  ])
})
