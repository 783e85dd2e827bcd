import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defineWorkflow } from './define-workflow.ts'

const answer = z.object({ word: z.string() })

const words = defineWorkflow({
  name: 'words',
  version: 1,
  timeoutMs: 1_000,
  input: z.object({ start: z.int(), words: z.array(z.string()) }),
  result: z.object({ sum: z.int() }),
})
  .tool('count', { after: ['input'], output: z.int(), run: ({ input }) => input.words.length })
  .model('guess', {
    after: ['count'],
    when: { label: 'many words', holds: ({ outputs }) => outputs.count > 2 },
    output: answer,
    run: ({ outputs, ask }) => ask({ name: 'guess', prompt: `count:${outputs.count}`, answer }),
  })
  .policy('shorten', {
    after: ['input', 'guess'],
    output: z.string(),
    run: ({ outputs }) => outputs.guess.word.slice(0, 4),
  })
  .each('measure', {
    type: 'tool',
    after: ['input'],
    items: ({ input }) => input.words,
    concurrency: 2,
    output: z.int(),
    run: ({ item, index }) => item.length + index,
  })
  .join('add', {
    after: ['shorten', 'measure'],
    output: z.object({ sum: z.int() }),
    run: ({ outputs: { shorten, measure } }) => {
      expectTypeOf(shorten).toEqualTypeOf<string | undefined>()
      expectTypeOf(measure).toEqualTypeOf<readonly number[]>()
      return { sum: (shorten?.length ?? 0) + measure.length }
    },
  })

test('knows the order of its nodes, what each is, and which has the result', () => {
  const { nodes, resultNode } = words.result('add')
  expect(nodes.map(({ id, type }) => [type, id])).toEqual([
    ['tool', 'count'],
    ['model', 'guess'],
    ['policy', 'shorten'],
    ['tool', 'measure'],
    ['join', 'add'],
  ])
  expect(resultNode).toBe('add')
})

test('does not compile when a node reads or promises what it cannot', () => {
  const output = z.int()
  const misuses = () => [
    // @ts-expect-error there is no such node
    words.tool('late', { after: ['later'], output, run: () => 1 }),
    // @ts-expect-error it does not come after that node
    words.tool('late', { after: ['count'], output, run: ({ outputs }) => outputs.measure.length }),
    // @ts-expect-error only a model node asks
    words.tool('late', { after: ['count'], output, run: ({ ask }) => Number(ask) }),
    // @ts-expect-error its output is something else
    words.tool('late', { after: ['count'], output, run: () => 'one' }),
    // @ts-expect-error the result may be skipped
    words.result('shorten'),
    // @ts-expect-error the result is of another form
    words.result('count'),
  ]
  expect(misuses).toBeTypeOf('function')
})
