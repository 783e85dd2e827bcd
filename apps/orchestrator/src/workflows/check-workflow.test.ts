// Graphs that types would not let through, as they come from code that builds them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { graphs } from '../testing/graphs.ts'
import { checkWorkflow } from './check-workflow.ts'
import type { Workflow, WorkflowNode } from './workflow.ts'

const node = (id: string, after: readonly string[], more: Partial<WorkflowNode> = {}) => {
  return { id, type: 'tool', after, output: z.int(), run: () => 1, ...more } as const
}

function check(nodes: readonly WorkflowNode[], more: Partial<Workflow> = {}): Workflow {
  const settings = { name: 'sums', version: 1, timeoutMs: 1_000, input: z.int(), result: z.int() }
  return checkWorkflow({ ...settings, nodes, resultNode: 'end', ...more })
}

const condition = { label: 'sometimes', holds: () => false }

test.each<[string, () => unknown, string]>([
  [
    'a cycle',
    () =>
      check([node('a', ['input', 'c']), node('b', ['a']), node('c', ['b']), node('end', ['c'])]),
    'workflow sums: cycle: a → b → c → a',
  ],
  [
    'a node that comes after itself',
    () => check([node('end', ['input', 'end'])]),
    'workflow sums: cycle: end → end',
  ],
  [
    'an unreachable node',
    () => check([node('a', []), node('end', ['input', 'a'])]),
    'workflow sums: unreachable: no path leads from the input to a',
  ],
  [
    'a node that leads nowhere',
    () => check([node('a', ['input']), node('end', ['input'])]),
    'workflow sums: unreachable: no path leads from a to the result',
  ],
  [
    'a missing edge',
    () => check([node('end', ['input', 'a'])]),
    'workflow sums: missing edge: end comes after a, which does not exist',
  ],
  [
    'a result of no node',
    () => check([node('a', ['input'])]),
    'workflow sums: its result is that of end, which does not exist',
  ],
  [
    'a result that may be skipped with what it comes after',
    () => check([node('a', ['input'], { when: condition }), node('end', ['a'])]),
    'workflow sums: its result is that of end, which may be skipped',
  ],
  [
    'a type mismatch between nodes',
    () => {
      const expects = { a: z.object({ price: z.int() }) }
      const output = z.object({ price: z.string() })
      return check([node('a', ['input'], { output }), node('end', ['a'], { expects })])
    },
    'workflow sums: type mismatch: a → end: price: string does not fit integer',
  ],
  [
    'a type mismatch with the list that a node makes of its items',
    () => {
      const each = { items: () => [], concurrency: 1 }
      return check([node('a', ['input'], each), node('end', ['a'], { expects: { a: z.int() } })])
    },
    'workflow sums: type mismatch: a → end: array does not fit integer',
  ],
  [
    'a type mismatch with the input',
    () => check([node('end', ['input'], { expects: { input: z.string() } })]),
    'workflow sums: type mismatch: input → end: integer does not fit string',
  ],
  [
    'a type mismatch with the result',
    () => check([node('end', ['input'])], { result: z.string() }),
    'workflow sums: type mismatch: end → result: integer does not fit string',
  ],
  [
    'an output that no checkpoint can keep',
    () => check([node('a', ['input'], { output: z.date() }), node('end', ['a'])]),
    'workflow sums: the output of a cannot be kept as JSON: Date cannot be represented in JSON Schema',
  ],
  [
    'two nodes of one name',
    () => check([node('end', ['input']), node('end', ['input'])]),
    'workflow sums: two nodes are named end',
  ],
  [
    'everything at once that is wrong with single nodes',
    () => {
      const retries = { times: 0, firstDelayMs: Number.NaN }
      const expects = { b: z.int() }
      return check(
        [
          node('A b', ['input', 'input'], { expects, timeoutMs: 0, retries }),
          node('end', ['A b'], { items: () => [], concurrency: 0 }),
        ],
        { version: 0.5, timeoutMs: 2 ** 31 },
      )
    },
    [
      'workflow sums: its version is 0.5; its timeout is 2147483648 ms',
      'node A b: its name is not one of lower-case letters, digits, _ and -',
      'node A b: it comes twice after the same',
      'node A b: it expects something of b, but does not come after it',
      'node A b: its timeout is 0 ms; node A b: it is retried 0 times',
      'node A b: it is retried after NaN ms; node end: its concurrency is 0',
    ].join('; '),
  ],
])('refuses %s, with the place named', (_, define, message) => {
  expect(define).toThrow(new Error(message))
})

test('orders nodes so that each comes after all that it depends on, else as they were defined', () => {
  const { nodes } = check([
    node('end', ['b', 'c']),
    node('b', ['a']),
    node('c', ['input']),
    node('a', ['input']),
  ])
  expect(nodes.map(({ id }) => id)).toEqual(['c', 'a', 'b', 'end'])
})

test('accepts every random graph that is one', () => {
  fc.assert(
    fc.property(graphs(10), (nodes) => {
      expect(check(nodes).nodes).toHaveLength(nodes.length)
    }),
  )
})

type Damage = (nodes: readonly WorkflowNode[], at: number) => readonly WorkflowNode[]

/** Each breaks one promise of a graph, at a place of its choice. */
const damages: Record<string, Damage> = {
  // Back from the result to any node: there is a way from each to it.
  cycle: (nodes, at) => changed(nodes, at, ({ after }) => ({ after: [...after, 'end'] })),
  'no path leads from the input': (nodes) => [
    ...changed(nodes, nodes.length - 1, ({ after }) => ({ after: [...after, 'lost'] })),
    node('lost', []),
  ],
  'no path leads from lost to the result': (nodes, at) => [...nodes, node('lost', [`n${at}`])],
  'missing edge': (nodes, at) => changed(nodes, at, ({ after }) => ({ after: [...after, 'lost'] })),
  'type mismatch': (nodes, at) =>
    changed(nodes, at, ({ after }) => ({ expects: { [after[0] ?? '']: z.boolean() } })),
  'which may be skipped': (nodes) => changed(nodes, nodes.length - 1, () => ({ when: condition })),
}

test.each(Object.keys(damages))('refuses every random graph with this damage: %s', (problem) => {
  fc.assert(
    fc.property(graphs(10), fc.nat(), (nodes, n) => {
      const inner = nodes.length - 1
      const damaged = damages[problem]?.(nodes, n % inner) ?? []
      expect(() => check(damaged)).toThrow(problem)
    }),
  )
})

function changed(
  nodes: readonly WorkflowNode[],
  at: number,
  change: (node: WorkflowNode) => Partial<WorkflowNode>,
): WorkflowNode[] {
  return nodes.map((one, i) => (i === at ? { ...one, ...change(one) } : one))
}
