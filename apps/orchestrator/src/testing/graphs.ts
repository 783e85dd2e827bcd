// Random graphs of nodes that are workflows, and what to ask of them.
import fc from 'fast-check'
import { z } from 'zod'
import type { AnyFacts, RunContext, WorkflowNode } from '../workflows/workflow.ts'

/** What a node of such a graph is, apart from what it does. */
interface Shape {
  readonly sources: readonly number[]
  readonly type: 'tool' | 'join'
  readonly threshold: number
  readonly conditional: boolean
  readonly items: number | undefined
}

const shape: fc.Arbitrary<Shape> = fc.record({
  sources: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  type: fc.constantFrom('tool', 'tool', 'join'),
  threshold: fc.nat(9),
  conditional: fc.nat(3).map((n) => n === 0),
  items: fc.option(fc.nat(3), { nil: undefined, freq: 3 }),
})

/**
 * Nodes n0, n1, …, each after the input or nodes before it, some conditional, some once for each item, and `end`, which
 * joins whatever leads nowhere else. Every output follows from the input alone.
 */
export function graphs(maxNodes: number): fc.Arbitrary<readonly WorkflowNode[]> {
  const shapes = fc.array(shape, { minLength: 1, maxLength: maxNodes, size: 'max' })
  return shapes.map((some) => {
    const nodes = some.map(makeNode)
    const used = new Set(nodes.flatMap(({ after }) => after))
    const loose = nodes.map(({ id }) => id).filter((id) => !used.has(id))
    return [...nodes, { ...computing, id: 'end', type: 'join', after: loose } as const]
  })
}

function makeNode(
  { sources, type, threshold, conditional, items }: Shape,
  i: number,
): WorkflowNode {
  const before = ['input', ...Array.from({ length: i }, (_, n) => `n${n}`)]
  const after = [...new Set(sources.map((n) => before[n % before.length] as string))]
  const each = items !== undefined && type === 'tool'
  return {
    ...computing,
    ...{ id: `n${i}`, type, after },
    ...(conditional && {
      when: { label: 'large', holds: (facts: AnyFacts) => sum(facts) % 10 >= threshold },
    }),
    ...(each && { items: () => Array.from({ length: items }, (_, n) => n), concurrency: 2 }),
  }
}

const computing = {
  output: z.int(),
  run: async (context: RunContext) => (sum(context) * 7 + Number(context.item ?? 3)) % 1_000,
} as const

function sum({ input, outputs }: AnyFacts): number {
  const values = Object.values(outputs)
    .flat()
    .map((value) => Number(value ?? 1))
  return values.reduce((total, value) => total + value, Number(input))
}
