// What sets spans and log records apart on their way out: names, paths and encodings.
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { encodeLogRecords } from '../encode/encode-log-records.ts'
import { encodeSpans } from '../encode/encode-spans.ts'
import type { Accepted } from './outcome.ts'
import { readPartialSuccess } from './partial-success.ts'

export interface OtlpSignal<T> {
  /** As in `otel.sdk.exporter.span.exported`. */
  readonly name: 'span' | 'log'
  readonly items: string
  /** As in `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. */
  readonly variable: 'TRACES' | 'LOGS'
  /** As in `OTEL_BSP_MAX_QUEUE_SIZE`. */
  readonly batch: 'OTEL_BSP' | 'OTEL_BLRP'
  readonly defaultDelayMs: number
  readonly httpPath: string
  readonly grpcPath: string
  readonly protobuf: OtlpEncoding<T>
  /** Loaded only when it is asked for. */
  readonly json: () => Promise<OtlpEncoding<T>>
}

export interface OtlpEncoding<T> {
  readonly contentType: string
  encode(items: T[]): Uint8Array
  /** Throws when it is none. */
  readAnswer(answer: Uint8Array): Accepted
}

const protobuf = { contentType: 'application/x-protobuf', readAnswer: readPartialSuccess }

export const spanSignal: OtlpSignal<ReadableSpan> = {
  name: 'span',
  items: 'spans',
  variable: 'TRACES',
  batch: 'OTEL_BSP',
  defaultDelayMs: 5_000,
  httpPath: 'v1/traces',
  grpcPath: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  protobuf: { ...protobuf, encode: encodeSpans },
  json: async () => (await import('./otlp-json.ts')).jsonSpans,
}

export const logSignal: OtlpSignal<ReadableLogRecord> = {
  name: 'log',
  items: 'log records',
  variable: 'LOGS',
  batch: 'OTEL_BLRP',
  defaultDelayMs: 1_000,
  httpPath: 'v1/logs',
  grpcPath: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  protobuf: { ...protobuf, encode: encodeLogRecords },
  json: async () => (await import('./otlp-json.ts')).jsonLogRecords,
}
