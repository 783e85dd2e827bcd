import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defineWorkflow, type OutputsOf } from './workflow.ts'

const workflow = defineWorkflow<{ start: number }>('sums', 1)
  .node({ id: 'one', type: 'policy', output: z.int(), run: ({ facts }) => facts.start + 1 })
  .node({ id: 'two', type: 'policy', output: z.int(), run: ({ outputs }) => outputs.one + 1 })

test('keeps its nodes in order and knows what each finds out', () => {
  expect(workflow.nodes.map(({ id }) => id)).toEqual(['one', 'two'])
  expectTypeOf<OutputsOf<typeof workflow>>().toExtend<{ one: number; two: number }>()
})

test('refuses two nodes of one name', () => {
  const again = { id: 'one', type: 'policy', output: z.int(), run: () => 1 } as const
  expect(() => workflow.node(again)).toThrow('workflow sums has two nodes named one')
})
