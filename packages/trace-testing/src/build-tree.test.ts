import { expect, test } from 'vitest'
import { buildTree, type TreeNode } from './build-tree.ts'
import { traceOf } from './trace-fixture.ts'

const names = (nodes: readonly TreeNode[]) => nodes.map(({ span }) => span.name)

test('finds several roots, in order of start', () => {
  const tree = buildTree(
    traceOf({ name: 'late', startNanos: 9n }, { name: 'early', startNanos: 1n }),
  )
  expect(names(tree.roots)).toEqual(['early', 'late'])
  expect(tree.orphans).toEqual([])
})

test('takes a span whose parent never arrived for an orphan, and keeps what hangs from it', () => {
  const tree = buildTree(
    traceOf(
      { name: 'root' },
      { name: 'lost', parentSpanId: 'nowhere', children: [{ name: 'below' }] },
    ),
  )
  expect(names(tree.orphans)).toEqual(['lost'])
  expect(names(tree.orphans[0]?.children ?? [])).toEqual(['below'])
})

test('takes the child of a known caller for a root', () => {
  const tree = buildTree(traceOf({ name: 'served', parentSpanId: 'caller' }), {
    callers: ['caller'],
  })
  expect(names(tree.roots)).toEqual(['served'])
})

test('cuts a ring of parents before its earliest span', () => {
  const tree = buildTree(
    traceOf(
      { name: 'root' },
      { name: 'a', spanId: 'a', parentSpanId: 'b', startNanos: 2n },
      { name: 'b', spanId: 'b', parentSpanId: 'a', startNanos: 1n },
      { name: 'own parent', spanId: 'c', parentSpanId: 'c' },
    ),
  )
  expect(names(tree.orphans)).toEqual(['b', 'own parent'])
  expect(names(tree.nodes).sort()).toEqual(['a', 'b', 'own parent', 'root'])
})

test('counts a span that was delivered twice once', () => {
  const trace = traceOf({ name: 'root', children: [{ name: 'child' }] })
  const tree = buildTree({ ...trace, spans: [...trace.spans, ...trace.spans] })
  expect(names(tree.nodes)).toEqual(['root', 'child'])
})

test('resolves a link to the span it points to, in this trace only', () => {
  const tree = buildTree(
    traceOf({
      name: 'root',
      links: [
        { traceId: 'trace-1', spanId: 'span-1' },
        { traceId: 'trace-2', spanId: 'span-1' },
      ],
    }),
  )
  const [root] = tree.roots
  expect(root?.links.map(({ span }) => span)).toEqual([root?.span, undefined])
})

test('builds a chain of ten thousand spans', () => {
  const spans = Array.from({ length: 10_000 }, (_, index) => ({
    name: 'link',
    spanId: `${index}`,
    parentSpanId: index === 0 ? undefined : `${index - 1}`,
  }))
  expect(buildTree(traceOf(...spans)).nodes).toHaveLength(10_000)
})
