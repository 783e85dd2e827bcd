// How many spans a second one core takes in, and what a span weighs: `pnpm bench`.
// Batches as an SDK sends them: 512 spans, 12 attributes each, ids and some values new every time.
import { randomBytes } from 'node:crypto'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { createStringTables } from '../src/receiver/protobuf-reader.ts'
import { decodeTraces } from '../src/receiver/protobuf-traces.ts'
import { TraceStore } from '../src/store/trace-store.ts'

const spansPerBatch = 512
const spansPerTrace = 32
const batchCount = 120
const rounds = 5

const resource = resourceFromAttributes({ 'service.name': 'core', 'host.name': 'bench' })
const hex = (bytes: number) => randomBytes(bytes).toString('hex')

function makeBatch(): Buffer {
  const spans: ReadableSpan[] = []
  let traceId = ''
  for (let number = 0; number < spansPerBatch; number++) {
    if (number % spansPerTrace === 0) traceId = hex(16)
    spans.push(makeSpan(traceId, number))
  }
  const body = ProtobufTraceSerializer.serializeRequest(spans)
  if (!body) throw new Error('the serializer made nothing')
  return Buffer.from(body)
}

function makeSpan(traceId: string, number: number): ReadableSpan {
  const context = { traceId, spanId: hex(8), traceFlags: 1 }
  return {
    name: 'POST /v1/negotiate',
    kind: 1,
    spanContext: () => context,
    parentSpanContext: { ...context, spanId: hex(8) },
    startTime: [1_790_000_000, number * 1_000],
    endTime: [1_790_000_000, number * 1_000 + 500],
    duration: [0, 500],
    status: { code: 0 },
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/v1/negotiate',
      'http.response.status_code': 202,
      'url.path': '/v1/negotiate',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': 8080,
      'client.address': '127.0.0.1',
      'network.protocol.version': '1.1',
      'user_agent.original': 'throughline-bench/1.0',
      'throughline.task.id': hex(8),
      'throughline.tenant.id': `tenant-${number % 3}`,
    },
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'bench', version: '1' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

const batches = Array.from({ length: batchCount }, makeBatch)
const wireBytes = batches.reduce((sum, batch) => sum + batch.length, 0)
const spanCount = batchCount * spansPerBatch

function takeIn(): { store: TraceStore; seconds: number; slowestMs: number } {
  const tables = createStringTables()
  const store = new TraceStore({ maxBytes: 1e9, maxTraceSpans: 20_000 })
  let slowestMs = 0
  const start = performance.now()
  for (const body of batches) {
    const batchStart = performance.now()
    store.addSpans(decodeTraces(body, tables))
    slowestMs = Math.max(slowestMs, performance.now() - batchStart)
  }
  return { store, seconds: (performance.now() - start) / 1e3, slowestMs }
}

const rates = Array.from({ length: rounds }, () => {
  const { seconds, slowestMs } = takeIn()
  return { rate: spanCount / seconds, slowestMs }
})
const { rate, slowestMs } = rates.toSorted((a, b) => a.rate - b.rate)[rounds >> 1] ??
  rates[0] ?? {
    rate: 0,
    slowestMs: 0,
  }

globalThis.gc?.()
const before = process.memoryUsage().heapUsed
const { store } = takeIn()
globalThis.gc?.()
const heapBytes = process.memoryUsage().heapUsed - before

const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(34)}${value}\n`)
const whole = (value: number) => Math.round(value).toLocaleString('en-US')
line('spans a second, decoded and stored', whole(rate))
line('slowest batch of 512', `${slowestMs.toFixed(1)} ms`)
line('bytes a span on the wire', whole(wireBytes / spanCount))
line('bytes a span in the heap', whole(heapBytes / spanCount))
line('bytes a span as accounted for', whole(store.stats().bytes / spanCount))
