import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attributes, batch, span, spanId, traceA, traceB } from '../../test/records.ts'
import { incompleteReasons } from './completeness.ts'
import type { SpanRecord } from './records.ts'
import { TraceStore } from './trace-store.ts'

function reasonsFor(...spans: SpanRecord[]) {
  const store = new TraceStore({ maxBytes: 1_000_000, maxTraceSpans: 100 })
  store.addSpans(batch(...spans))
  return store.get(traceA)?.summary().reasons
}

const root = span({ spanId: spanId(1) })
const child = span({ spanId: spanId(2), parentSpanId: spanId(1) })
const producer = span({
  spanId: spanId(3),
  parentSpanId: spanId(1),
  kind: 'PRODUCER',
  name: 'send',
})

test('misses nothing in a root with its children', () => {
  expect(reasonsFor(root, child)).toEqual([])
})

test('names the parent that has not come, and who waits for it', () => {
  expect(reasonsFor(root, span({ spanId: spanId(5), parentSpanId: spanId(9) }))).toEqual([
    { code: 'missing-parent', parentSpanId: spanId(9), children: [spanId(5)] },
  ])
})

test('misses a root', () => {
  expect(reasonsFor(child)?.map(({ code }) => code)).toEqual(['no-root', 'missing-parent'])
})

test('waits for the consumer of what was produced', () => {
  expect(reasonsFor(root, producer)).toEqual([
    { code: 'producer-without-consumer', spanId: spanId(3), name: 'send' },
  ])
})

test('takes a consumer that is a child, or that links, or that links from another trace', () => {
  const consumer = span({ spanId: spanId(4), parentSpanId: spanId(3), kind: 'CONSUMER' })
  expect(reasonsFor(root, producer, consumer)).toEqual([])
  const links = [{ traceId: traceA, spanId: spanId(3), attributes: attributes({}) }]
  const linked = span({ spanId: spanId(4), parentSpanId: spanId(1), kind: 'CONSUMER', links })
  expect(reasonsFor(root, producer, linked)).toEqual([])
  const elsewhere = span({ traceId: traceB, spanId: spanId(4), kind: 'CONSUMER', links })
  expect(reasonsFor(root, producer, elsewhere)).toEqual([])
})

test('expects no consumer of what could not be sent', () => {
  expect(reasonsFor(root, { ...producer, statusCode: 'ERROR' })).toEqual([])
})

test('takes the span of a caller who sends no telemetry as known', () => {
  const spans = new Map([[spanId(2), child]])
  const trace = { spans, droppedSpans: 0, evictedInPart: false, linksTo: () => [] }
  expect(incompleteReasons(trace, spanId(1))).toEqual([])
})

test('says the same in whatever order and batches the spans arrive', () => {
  const consumer = span({ spanId: spanId(4), parentSpanId: spanId(3), kind: 'CONSUMER' })
  const all = [root, child, producer, consumer]
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 4 }), (order) => {
      const store = new TraceStore({ maxBytes: 1_000_000, maxTraceSpans: 100 })
      for (const item of order) {
        store.addSpans(batch(item))
        store.get(traceA)?.summary()
      }
      const { reasons, name, services } = store.get(traceA)?.summary() ?? {}
      expect({ reasons, name, services }).toEqual({
        reasons: [],
        name: 'work',
        services: [{ name: 'core', spans: 4, errors: 0 }],
      })
    }),
  )
})
