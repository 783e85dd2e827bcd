import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../load-registry.ts'
import { makeOutputs } from './outputs.ts'

const outputs = makeOutputs(loadRegistry()).map((each) => ({ ...each, name: basename(each.path) }))

test.each(outputs)('regenerating $name changes nothing', ({ path, text }) => {
  expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(text)
})
