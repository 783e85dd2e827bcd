import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attributes, batch, log, span, spanId, traceA, traceB } from '../../test/records.ts'
import type { LogRecord, SpanRecord } from './records.ts'
import { TraceStore } from './trace-store.ts'

const limits = { maxBytes: 1_000_000, maxTraceSpans: 100 }
const traceNumber = (number: number) => number.toString(16).padStart(32, '0')

test('replaces a span that is sent twice', () => {
  const store = new TraceStore(limits)
  store.addSpans(batch(span({ name: 'first' })))
  const before = store.stats()
  store.addSpans(batch(span({ name: 'again' })))
  expect(store.stats()).toMatchObject({ spans: 1, bytes: before.bytes })
  expect(store.get(traceA)?.spans.get(spanId(1))?.name).toBe('again')
})

test('evicts whole traces, the longest silent first, and counts them', () => {
  const store = new TraceStore({ ...limits, maxBytes: 20_000 })
  for (let trace = 1; trace <= 30; trace++) {
    const traceId = traceNumber(trace)
    store.addSpans(batch(span({ traceId }), span({ traceId, spanId: spanId(2) })))
    // The first trace goes on living.
    store.addSpans(batch(span({ traceId: traceNumber(1), spanId: spanId(10) })))
  }
  const { traces, bytes, evicted, spans } = store.stats()
  expect(bytes).toBeLessThanOrEqual(20_000)
  expect(evicted.traces).toBe(30 - traces)
  expect(spans + evicted.spans).toBe(61)
  expect(store.get(traceNumber(30))?.spans.size).toBe(2)
  expect(store.get(traceNumber(2))).toBeUndefined()
})

test('says of a trace that comes back after its eviction that a part is missing', () => {
  const store = new TraceStore({ ...limits, maxBytes: 6_000 })
  const others = [1, 2, 3, 4, 5, 6].map(traceNumber)
  for (const traceId of [traceA, ...others, traceA]) {
    store.addSpans(batch(span({ traceId })))
  }
  expect(store.get(traceA)?.summary().reasons).toEqual([{ code: 'evicted-in-part' }])
})

test('rejects what a trace has no room for, and keeps the rest', () => {
  const store = new TraceStore({ ...limits, maxTraceSpans: 2 })
  const spans = batch(...[1, 2, 3, 4].map((number) => span({ spanId: spanId(number) })))
  store.addSpans(spans)
  expect(spans).toMatchObject({ rejected: 2, rejection: expect.stringContaining('limit') })
  expect(store.stats()).toMatchObject({ accepted: { spans: 2 }, refused: { spans: 2 } })
  expect(store.get(traceA)?.summary().reasons).toContainEqual({ code: 'spans-dropped', count: 2 })
})

test('gives no trace more than its share of the bytes', () => {
  const store = new TraceStore({ ...limits, maxBytes: 40_000 })
  const large = 'x'.repeat(6_000)
  store.addSpans(
    batch(span({ attributes: attributes({ large }) }), span({ spanId: spanId(2), name: large })),
  )
  expect(store.get(traceA)?.spans.size).toBe(1)
  const logs = batch(log({ body: large }))
  store.addLogs(logs)
  expect(logs.rejected).toBe(1)
})

type Feed = (store: TraceStore, traceId: string, text: string) => void
const feedSpan =
  (fields: (text: string) => Partial<SpanRecord>): Feed =>
  (store, traceId, text) =>
    store.addSpans(batch(span({ traceId, ...fields(text) })))
const feedLog =
  (fields: (text: string) => Partial<LogRecord>): Feed =>
  (store, traceId, text) =>
    store.addLogs(batch(log({ traceId, ...fields(text) })))
const keyed = (text: string) => attributes({ [text]: 1 })

test.each<[string, Feed]>([
  ['the key of an attribute', feedSpan((text) => ({ attributes: keyed(text) }))],
  ['a key within a value', feedSpan((text) => ({ attributes: attributes({ map: keyed(text) }) }))],
  [
    'the key of an event',
    feedSpan((text) => ({ events: [{ name: '', timeUnixNano: 0n, attributes: keyed(text) }] })),
  ],
  [
    'the key of a link',
    feedSpan((text) => ({
      links: [{ traceId: traceB, spanId: spanId(1), attributes: keyed(text) }],
    })),
  ],
  ['the name of a scope', feedSpan((name) => ({ scope: { name, version: '' } }))],
  ['the version of a scope', feedLog((version) => ({ scope: { name: '', version } }))],
  ['the severity of a log', feedLog((severity) => ({ severity }))],
  [
    'a resource',
    feedSpan((text) => ({ resource: { service: 'core', attributes: attributes({ text }) } })),
  ],
  [
    'the resource of a log without trace',
    feedLog((text) => ({
      traceId: null,
      resource: { service: 'core', attributes: keyed(text) },
    })),
  ],
])('stays within its limit when %s is long', (_, feed) => {
  const store = new TraceStore({ ...limits, maxBytes: 100_000 })
  for (let number = 0; number < 200; number++) {
    feed(store, traceNumber(number), `${number}`.padStart(2_000, '.'))
  }
  const kept = [...store.all()].flatMap(({ spans, logs }) => [...spans.values(), ...logs])
  const text = JSON.stringify([...kept, ...store.looseLogs()], (_key, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  expect(text.length).toBeGreaterThan(2_000)
  expect(text.length).toBeLessThan(100_000)
})

test('charges every trace for the resource that it shares, once', () => {
  const store = new TraceStore(limits)
  const resource = { service: 'core', attributes: attributes({ text: 'x'.repeat(50_000) }) }
  for (const traceId of [traceA, traceB]) {
    store.addSpans(
      batch(span({ traceId, resource }), span({ traceId, resource, spanId: spanId(2) })),
    )
    expect(store.get(traceId)?.bytes).toBeGreaterThan(50_000)
    expect(store.get(traceId)?.bytes).toBeLessThan(60_000)
  }
})

test('keeps the newest logs that belong to no trace', () => {
  const store = new TraceStore(limits)
  for (let number = 0; number < 1_200; number++) {
    store.addLogs(batch(log({ traceId: null, body: number })))
  }
  expect(store.looseLogs().length).toBeLessThanOrEqual(1_000)
  expect(store.looseLogs().at(-1)?.body).toBe(1_199)
})

test('finds the way back along a link until its source is evicted', () => {
  const store = new TraceStore(limits)
  const links = [{ traceId: traceA, spanId: spanId(1), attributes: attributes({}) }]
  const changes: string[] = []
  store.onChange((traceId, change) => changes.push(`${traceId[0]} ${change}`))
  store.addSpans(batch(span()))
  store.addSpans(batch(span({ traceId: traceB, spanId: spanId(9), links })))
  expect([...store.linksTo(traceA, spanId(1))].map((from) => from.spanId)).toEqual([spanId(9)])
  expect(changes).toEqual(['a changed', 'b changed', 'a changed'])
  store.clear()
  expect(store.linksTo(traceA, spanId(1)).size).toBe(0)
  expect(store.stats()).toMatchObject({ traces: 0, spans: 0, logs: 0, bytes: 0 })
})

test('accounts for exactly what it holds, whatever came and went', () => {
  const operation = fc.record({
    trace: fc.integer({ min: 1, max: 12 }),
    span: fc.integer({ min: 1, max: 6 }),
    name: fc.string({ maxLength: 200 }),
    isLog: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const store = new TraceStore({ maxBytes: 8_000, maxTraceSpans: 4 })
      for (const { trace, span: number, name, isLog } of operations) {
        const traceId = traceNumber(trace)
        if (isLog) store.addLogs(batch(log({ traceId, body: name })))
        else store.addSpans(batch(span({ traceId, spanId: spanId(number), name })))
      }
      const traces = [...store.all()]
      const sum = (of: (trace: (typeof traces)[number]) => number) =>
        traces.reduce((total, trace) => total + of(trace), 0)
      expect(store.stats()).toMatchObject({
        traces: traces.length,
        spans: sum((trace) => trace.spans.size),
        logs: sum((trace) => trace.logs.length),
        bytes: sum((trace) => trace.bytes),
      })
      expect(store.stats().bytes).toBeLessThanOrEqual(8_000)
    }),
  )
})
