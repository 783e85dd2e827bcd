import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logJson, spanJson, traceJson } from '../../test/trace-answer.ts'
import type { SpanJson } from '../api/trace-json.ts'
import { TraceModel } from './trace-model.ts'
import { buildTree } from './trace-tree.ts'
import { visibleRows } from './visible-rows.ts'

function treeOf(spans: readonly SpanJson[], facts: Parameters<typeof traceJson>[1] = {}) {
  const model = new TraceModel()
  model.apply(traceJson(spans, facts))
  return buildTree(model)
}

const names = (tree: ReturnType<typeof treeOf>, collapsed: readonly string[] = [], logs = false) =>
  visibleRows(tree, new Set(collapsed), logs).map(
    (row) => `${'  '.repeat(row.level - 1)}${row.type === 'span' ? row.node.span.spanId : 'log'}`,
  )

const a = spanJson({ spanId: 'a', startNs: 0, durationNs: 100, kind: 'SERVER' })
const b = spanJson({ spanId: 'b', parentSpanId: 'a', startNs: 10, kind: 'PRODUCER' })
const c = spanJson({ spanId: 'c', parentSpanId: 'b', startNs: 60, kind: 'CONSUMER' })
const d = spanJson({ spanId: 'd', parentSpanId: 'a', startNs: 5 })

test('orders children by their start, whatever the order of arrival', () => {
  expect(names(treeOf([c, b, d, a]))).toEqual(['a', '  d', '  b', '    c'])
})

test('leaves out what is below a collapsed span', () => {
  expect(names(treeOf([a, b, c, d]), ['b'])).toEqual(['a', '  d', '  b'])
})

test('puts logs in place, and those without a span at the root', () => {
  const logs = [logJson({ spanId: 'b', timeNs: 70 }), logJson({ timeNs: 7 })]
  const tree = treeOf([a, b, c, d], { logs })
  expect(names(tree, [], true)).toEqual(['a', '  d', '  log', '  b', '    c', '    log'])
})

test('sees how long the queue kept a consumer, by parent or by link', () => {
  expect(treeOf([a, b, c]).byId.get('c')?.wait).toMatchObject({ startNs: 20, endNs: 60 })
  const links = [{ traceId: 'a'.repeat(32), spanId: 'b', attributes: {} }]
  const linked = spanJson({ spanId: 'e', startNs: 50, kind: 'CONSUMER', links })
  expect(treeOf([a, b, linked]).byId.get('e')?.wait).toMatchObject({ startNs: 20, endNs: 50 })
  const early = { ...c, startNs: 12 }
  expect(treeOf([a, b, early]).byId.get('c')?.wait).toBeUndefined()
})

test('shows a span whose parent is missing as an orphan beside the roots', () => {
  const tree = treeOf([a, c])
  expect(tree.roots.map(({ span, isOrphan }) => [span.spanId, isOrphan])).toEqual([
    ['a', false],
    ['c', true],
  ])
})

test('shows every span once, whatever its parents: missing, itself, or in a ring', () => {
  const ids = Array.from({ length: 12 }, (_, number) => `s${number}`)
  const parents = fc.array(fc.option(fc.constantFrom(...ids, 'missing')), {
    minLength: ids.length,
    maxLength: ids.length,
  })
  fc.assert(
    fc.property(parents, fc.array(fc.nat(50), { minLength: 12, maxLength: 12 }), (of, starts) => {
      const spans = ids.map((spanId, index) =>
        spanJson({ spanId, parentSpanId: of[index] ?? null, startNs: starts[index] ?? 0 }),
      )
      const rows = visibleRows(treeOf(spans), new Set(), false)
      expect(rows.map(({ key }) => key).toSorted()).toEqual(ids.toSorted())
    }),
  )
})

test('draws a chain of twenty thousand spans', () => {
  const spans = Array.from({ length: 20_000 }, (_, number) =>
    spanJson({
      spanId: `s${number}`,
      parentSpanId: number === 0 ? null : `s${number - 1}`,
      startNs: number,
    }),
  )
  expect(visibleRows(treeOf(spans), new Set(), false).at(-1)?.level).toBe(20_000)
})

test('moves what it has when an earlier span comes', () => {
  const model = new TraceModel()
  const event = { name: 'sent', timeNs: 12, attributes: {} }
  model.apply(traceJson([{ ...b, events: [event] }], { startTimeUnixNano: '1000' }))
  model.apply(traceJson([a], { startTimeUnixNano: '400', revision: 2 }))
  const tree = buildTree(model)
  expect(tree.byId.get('b')).toMatchObject({ startNs: 610, shiftNs: 600 })
  expect(tree.byId.get('a')).toMatchObject({ startNs: 0 })
})
