import { ROOT_CONTEXT, SpanKind, type SpanOptions, SpanStatusCode, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { drawTrace } from './draw-trace.ts'
import type { Paint } from './paint.ts'

const begin = Date.UTC(2026, 0, 1)
const at = (ms: number) => begin + ms
const plain: Paint = (_, text) => text
const styled: Paint = (style, text) => `<${style}>${text}</>`

interface Sketch extends SpanOptions {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly below?: number
  readonly failed?: boolean
}

const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true }

/** Spans of one trace that came in from elsewhere, in the order in which they end. */
function record(...sketches: Sketch[]): ReadableSpan[] {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  const spans = []
  for (const { name, from, below, failed, ...options } of sketches) {
    const parent = below === undefined ? trace.wrapSpanContext(remote) : spans[below]
    const span = provider
      .getTracer('test')
      .startSpan(
        name,
        { ...options, startTime: at(from) },
        parent && trace.setSpan(ROOT_CONTEXT, parent),
      )
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: 'private words' })
    spans.push(span)
  }
  for (const [index, { to }] of [...sketches.entries()].toReversed()) spans[index]?.end(at(to))
  return exporter.getFinishedSpans()
}

const order: Sketch[] = [
  {
    name: 'POST /orders/:id',
    kind: SpanKind.SERVER,
    from: 0,
    to: 1_234,
    attributes: { 'http.request.method': 'POST', 'url.path': '/orders/7', 'server.port': 8080 },
  },
  {
    name: 'charge',
    from: 25,
    to: 60,
    below: 0,
    failed: true,
    attributes: { 'error.type': 'E402' },
  },
  { name: 'SELECT shop', kind: SpanKind.CLIENT, from: 2, to: 2.5, below: 0 },
  { name: 'retry', from: 30, to: 40.25, below: 1 },
]

test('shows who waited for what, how long, and what failed', () => {
  expect(`\n${drawTrace(record(...order), plain)}\n`).toMatchInlineSnapshot(`
    "
    trace aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  shop  4 spans
    POST /orders/:id  SERVER    1.23  s  url.path=/orders/7  ← below span bbbbbbbbbbbbbbbb, which is not here
    ├ SELECT shop     CLIENT    0.50 ms
    └ charge          INTERNAL  35.0 ms  ERROR  error.type=E402
      └ retry         INTERNAL  10.3 ms
    "
  `)
})

test('names where it goes on from, and where links lead', () => {
  const spans = record({ name: 'process', from: 0, to: 1 })
  const [first] = spans
  expect(drawTrace(spans, plain)).toContain(`← below span ${remote.spanId}, which is not here`)

  const links = [{ context: remote }, ...(first ? [{ context: first.spanContext() }] : [])]
  const [linked] = record({ name: 'again', from: 0, to: 1, links })
  const text = drawTrace(linked ? [...spans, linked] : [], plain)
  expect(text).toContain(`→ span ${remote.spanId} of trace ${remote.traceId}  → process`)
})

test('shows events with the type of an exception and without its words', () => {
  const spans = record({ name: 'parse', from: 0, to: 1, failed: true })
  spans[0]?.events.push({
    name: 'exception',
    time: [0, 0],
    attributes: { 'exception.type': 'SyntaxError', 'exception.message': 'private words' },
  })
  const text = drawTrace(spans, plain)
  expect(text).toContain('ERROR  * exception SyntaxError')
  expect(text).not.toContain('private words')
})

test('keeps a span on its line, whatever it holds', () => {
  const clearScreen = '\u001b[2J'
  const attributes = {
    long: 'x'.repeat(1_000),
    hostile: `a${clearScreen}\nb`,
    list: ['one', 2].map(String),
    ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`key${index}`, index])),
  }
  const text = drawTrace(
    record({ name: `b${clearScreen}ad\r\n`, from: 0, to: 1, attributes }),
    plain,
  )
  expect(text.split('\n')).toHaveLength(2)
  expect(text).not.toContain('\u001b')
  expect(text).toContain(`long=${'x'.repeat(60)}…  hostile=a [2J b  list=["one","2"]`)
  expect(text).toContain('key2=2  +6')
})

test('paints the kind, the error and what is beside the point, and measures columns without paint', () => {
  const painted = drawTrace(record(...order), styled)
  expect(painted).toContain('<green>SERVER  </>')
  expect(painted).toContain('<cyan>CLIENT  </>')
  expect(painted).toContain('<dim>├ </>SELECT shop')
  expect(painted).toContain('<red>ERROR</>  <dim>error.type=E402</>')
  expect(painted.replace(/<\/?\w*>/g, '')).toBe(drawTrace(record(...order), plain))
})

test('draws a trace of thousands of spans, one below the other', () => {
  const chain = Array.from({ length: 3_000 }, (_, index) => ({
    ...{ name: 'deeper', from: index, to: 9_999 },
    ...(index > 0 && { below: index - 1 }),
  }))
  expect(drawTrace(record(...chain), plain).split('\n')).toHaveLength(3_001)
})
