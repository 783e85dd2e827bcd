// Both encodings of the same data, as the SDK's own serializers write them, are read as the same.
import { gzipSync } from 'node:zlib'
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, onTestFinished, test } from 'vitest'
import { decodeOtlp, type OtlpRequest, startOtlpServer } from './otlp-server.ts'

const resource = resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 7 })
const attributes = {
  text: 'é',
  whole: -3,
  large: 2 ** 52,
  half: 0.5,
  yes: true,
  empty: '',
  words: ['a', 'b'],
  none: [],
}
const spanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
}

test('spans are read from protobuf as from JSON', () => {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  const parent = trace.setSpanContext(ROOT_CONTEXT, spanContext)
  const options = {
    kind: SpanKind.SERVER,
    attributes,
    links: [{ context: spanContext, attributes }],
  }
  const span = provider.getTracer('scope', '1').startSpan('GET /x', options, parent)
  span.addEvent('declined', attributes).setStatus({ code: 2, message: 'no' }).end()
  const spans = exporter.getFinishedSpans()
  expect(spans).toHaveLength(1)
  expectSame(
    'traces',
    ProtobufTraceSerializer.serializeRequest(spans),
    JsonTraceSerializer.serializeRequest(spans),
  )
})

test('every kind of metric is read from protobuf as from JSON', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const provider = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })],
    views: [
      {
        instrumentName: 'exponential',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  })
  const meter = provider.getMeter('meter')
  meter.createCounter('counter', { unit: 's' }).add(3, attributes)
  meter.createUpDownCounter('updown').add(-0.25, attributes)
  meter.createGauge('gauge').record(5)
  for (const name of ['histogram', 'exponential']) {
    const histogram = meter.createHistogram(name)
    for (const value of [0, 0.001, 7, 1_000]) histogram.record(value, { text: 'a' })
  }
  await provider.forceFlush()
  const [metrics] = exporter.getMetrics()
  if (metrics === undefined) throw new Error('nothing was exported')
  expect(metrics.scopeMetrics.flatMap((scope) => scope.metrics)).toHaveLength(5)
  expectSame(
    'metrics',
    ProtobufMetricsSerializer.serializeRequest(metrics),
    JsonMetricsSerializer.serializeRequest(metrics),
  )
  await provider.shutdown()
})

test('log records are read from protobuf as from JSON', () => {
  const record = {
    hrTime: [1_700_000_000, 5] as [number, number],
    hrTimeObserved: [1_700_000_001, 6] as [number, number],
    spanContext,
    severityNumber: 9,
    severityText: 'info',
    body: { sold: [1, { to: 'b' }] },
    eventName: 'sold',
    attributes,
    droppedAttributesCount: 2,
    resource,
    instrumentationScope: { name: 'logger' },
  }
  expectSame(
    'logs',
    ProtobufLogsSerializer.serializeRequest([record]),
    JsonLogsSerializer.serializeRequest([record]),
  )
})

test('hands on a body that came packed, and leaves out fields that it does not know', async () => {
  const taken: OtlpRequest[] = []
  const server = await startOtlpServer((request) => void taken.push(request))
  onTestFinished(() => server.stop())
  // Field 1 is a ResourceSpans, empty; field 15 is unknown, and holds a varint.
  const body = Buffer.from([0x0a, 0x00, 0x78, 0x85, 0x00])
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }
  const response = await fetch(`${server.url}/v1/traces`, {
    method: 'POST',
    headers,
    body: gzipSync(body),
  })
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0])
  expect(taken.map(decodeOtlp)).toEqual([{ resourceSpans: [{}] }])
})

test.each([
  [[0x0a, 0x05, 0x01], 'ends within a field'],
  [[0x0a], 'ends within a field'],
  [new Array(11).fill(0xff), 'more than ten bytes'],
  [[0x0b, 0x00], 'wire type 3'],
])('bytes that are no protobuf are an error: %o', (bytes, reason) => {
  expect(() => decode('traces', Buffer.from(bytes))).toThrow(reason)
})

function decode(signal: string, body: Uint8Array, contentType = 'application/x-protobuf') {
  return decodeOtlp({ path: `/v1/${signal}`, contentType, body: Buffer.from(body) })
}

function expectSame(signal: string, protobuf?: Uint8Array, json?: Uint8Array): void {
  if (protobuf === undefined || json === undefined) throw new Error('the serializer made nothing')
  const expected = normalise(decode(signal, json, 'application/json'))
  expect(normalise(decode(signal, protobuf))).toEqual(expected)
}

/** Integers are text or numbers; what has its default value may be there or not. */
function normalise(value: unknown): unknown {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (Array.isArray(value)) return value.map(normalise)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, normalise(inner)] as const)
  return Object.fromEntries(
    entries.filter(([key, inner]) => key.endsWith('Value') || !isDefault(inner)),
  )
}

function isDefault(value: unknown): boolean {
  return value === undefined || value === 0 || value === '' || value === false || isEmptyList(value)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
