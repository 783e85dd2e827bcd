import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildTree } from './build-tree.ts'
import { type FormatOptions, formatTree } from './format-tree.ts'
import { type LineNode, layOut, readLayout } from './lay-out.ts'
import type { Trace } from './trace.ts'
import { orderTrace, traceOf } from './trace-fixture.ts'

const print = (trace: Trace, options?: FormatOptions) => formatTree(buildTree(trace), options)

/** Trees of up to some twenty spans, with names and times that collide often. */
const anyTrace = fc
  .array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      parent: fc.nat(),
      start: fc.bigInt(0n, 3n),
      attributes: fc.record({ n: fc.constantFrom(1, 2) }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((rows) =>
    traceOf(
      ...rows.map(({ name, parent, start, attributes }, index) => ({
        name,
        attributes,
        startNanos: start,
        endNanos: start,
        spanId: `span-${index}`,
        parentSpanId: index === 0 ? undefined : `span-${parent % index}`,
      })),
    ),
  )

const shuffled = (trace: Trace) =>
  fc
    .shuffledSubarray([...trace.spans], { minLength: trace.spans.length })
    .map((spans): Trace => ({ ...trace, spans }))

test('prints name, kind, service, status, chosen attributes, events and links', () => {
  const text = print(orderTrace, {
    attributes: ['http.response.status_code'],
    events: true,
    label: ({ name, attributes }) =>
      attributes.attempt === undefined ? name : `${name} (attempt ${attributes.attempt})`,
  })
  expect(`\n${text}`).toBe(`
POST /orders           SERVER    shop    http.response.status_code=202
├ INSERT               CLIENT    shop
└ send orders          PRODUCER  shop
  └ process orders     CONSUMER  worker
    ├ run (attempt 1)  INTERNAL  worker  ERROR
    └ run (attempt 2)  INTERNAL  worker  * order shipped  → run (attempt 1)`)
})

test('replaces and leaves out attributes as told', () => {
  const text = print(traceOf({ name: 'root', attributes: { id: 'f00d', n: 1, list: [1, 2] } }), {
    attributes: { id: () => '<id>', n: () => undefined, list: true },
  })
  expect(text).toBe('root  INTERNAL  shop  id=<id>  list=[1,2]')
})

test('marks orphans, links out of the trace and links to nothing', () => {
  const links = [
    { traceId: 'trace-2', spanId: 'x' },
    { traceId: 'trace-1', spanId: 'gone' },
  ]
  expect(print(traceOf({ name: 'lost', parentSpanId: 'nowhere', links }))).toBe(
    '(orphan) lost  INTERNAL  shop  → another trace  → unknown span',
  )
})

test('holds no id, port or time', () => {
  expect(print(orderTrace)).not.toMatch(/\d/)
})

test('keeps a hostile name on its own line and in its own column', () => {
  const text = print(traceOf({ name: '└ a\n  b', children: [{ name: ' ' }] }))
  expect(readLayout(text)).toEqual([
    {
      cells: ['| a b', 'INTERNAL', 'shop'],
      children: [{ cells: ['(empty)', 'INTERNAL', 'shop'], children: [] }],
    },
  ])
})

test('prints the same text whatever order the spans arrived in', () => {
  const runs = anyTrace.chain((trace) => fc.tuple(fc.constant(trace), shuffled(trace)))
  fc.assert(
    fc.property(runs, fc.constantFrom('start', 'name'), ([trace, arrived], order) => {
      const options = { order, attributes: ['n'] } as const
      expect(print(arrived, options)).toBe(print(trace, options))
    }),
  )
})

test('prints the same text by name whatever the clock says', () => {
  const runs = anyTrace.chain((trace) =>
    fc.tuple(
      fc.constant(trace),
      fc
        .array(fc.bigInt(0n, 9n), {
          minLength: trace.spans.length,
          maxLength: trace.spans.length,
        })
        .map(
          (starts): Trace => ({
            ...trace,
            spans: trace.spans.map((span, index) => ({ ...span, startNanos: starts[index] ?? 0n })),
          }),
        ),
    ),
  )
  fc.assert(
    fc.property(runs, ([trace, retimed]) => {
      expect(print(retimed, { order: 'name' })).toBe(print(trace, { order: 'name' }))
    }),
  )
})

test('reads back what it drew', () => {
  const cell = fc.stringMatching(/^[a-z/{}*→]( ?[a-z=(]){0,8}$/)
  const { node } = fc.letrec<{ node: LineNode }>((tie) => ({
    node: fc.record({
      lines: fc.array(cell, { minLength: 3, maxLength: 5 }).map((cells) => [{ cells }]),
      children: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie('node'), { maxLength: 3 })),
    }),
  }))
  type Shape = readonly [readonly string[], readonly Shape[]]
  const drawn = ({ lines, children }: LineNode): Shape => [
    lines[0]?.cells ?? [],
    children.map(drawn),
  ]
  const read = ({ cells, children }: ReturnType<typeof readLayout>[number]): Shape => [
    cells,
    children.map(read),
  ]
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 3 }), (roots) => {
      expect(readLayout(layOut(roots)).map(read)).toEqual(roots.map(drawn))
    }),
  )
})

test.each([
  ['a line that hangs from nothing', 'root  SERVER  a\n  └ child  CLIENT  a'],
  ['a branch before any root', '└ child  CLIENT  a\nroot  SERVER  a'],
  ['a guide without a branch', 'root  SERVER  a\n│ child  CLIENT  a'],
])('refuses a drawing with %s', (_, text) => {
  expect(() => readLayout(text)).toThrow('Not a tree')
})
