// Both decoders against the serializers that every JavaScript service uses.
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logs, spans } from '../../test/arbitrary-records.ts'
import { expectedLog, expectedSpan } from '../../test/expected-records.ts'
import type { LogRecord, SpanRecord } from '../store/records.ts'
import { countDataPoints } from './count-data-points.ts'
import { decodeJsonLogs } from './json-logs.ts'
import { decodeJsonTraces } from './json-traces.ts'
import { decodeLogs } from './protobuf-logs.ts'
import { createStringTables } from './protobuf-reader.ts'
import { decodeTraces } from './protobuf-traces.ts'

const tables = createStringTables()

function encoded(bytes: Uint8Array | undefined): Buffer {
  if (!bytes) throw new Error('the serializer made nothing')
  return Buffer.from(bytes)
}

/** The serializers group by resource and scope, which reorders. */
const bySpanId = (spans: SpanRecord[]) =>
  spans.toSorted((a, b) => (a.traceId + a.spanId < b.traceId + b.spanId ? -1 : 1))
const byEventName = (logs: LogRecord[]) =>
  logs.toSorted((a, b) => (a.eventName < b.eventName ? -1 : 1))

test('reads the protobuf of any spans', () => {
  fc.assert(
    fc.property(spans, (given) => {
      const body = encoded(ProtobufTraceSerializer.serializeRequest(given))
      const { records, rejected } = decodeTraces(body, tables)
      expect(rejected).toBe(0)
      expect(bySpanId(records)).toEqual(bySpanId(given.map((span) => expectedSpan(span))))
    }),
  )
})

test('reads the JSON of any spans', () => {
  fc.assert(
    fc.property(spans, (given) => {
      const body = encoded(JsonTraceSerializer.serializeRequest(given))
      expect(bySpanId(decodeJsonTraces(body).records)).toEqual(
        bySpanId(given.map((span) => expectedSpan(span, () => null))),
      )
    }),
  )
})

test('reads the protobuf of any logs', () => {
  fc.assert(
    fc.property(logs, (given) => {
      const body = encoded(ProtobufLogsSerializer.serializeRequest(given))
      expect(byEventName(decodeLogs(body, tables).records)).toEqual(
        byEventName(given.map((log) => expectedLog(log))),
      )
    }),
  )
})

test('reads the JSON of any logs', () => {
  fc.assert(
    fc.property(logs, (given) => {
      const body = encoded(JsonLogsSerializer.serializeRequest(given))
      expect(byEventName(decodeJsonLogs(body).records)).toEqual(
        byEventName(given.map((log) => expectedLog(log, () => null))),
      )
    }),
  )
})

test('counts the data points of metrics', () => {
  const point = {
    startTime: [1, 0] as [number, number],
    endTime: [2, 0] as [number, number],
    attributes: {},
    value: 1,
  }
  const descriptor = { name: 'a', description: '', unit: '1', valueType: 0 }
  const metric = {
    descriptor,
    aggregationTemporality: 1,
    dataPointType: 3,
    isMonotonic: true,
    dataPoints: [point, point, point],
  }
  type Metrics = Parameters<typeof ProtobufMetricsSerializer.serializeRequest>[0]
  const body = encoded(
    ProtobufMetricsSerializer.serializeRequest({
      resource: { attributes: {} },
      scopeMetrics: [{ scope: { name: 'meter' }, metrics: [metric, metric] }],
    } as unknown as Metrics),
  )
  expect(countDataPoints(body, tables)).toBe(6)
})
