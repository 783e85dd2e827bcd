// What sets spans and log records apart on their way out: names, paths and encodings.
import {
  type ISerializer,
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Accepted } from './outcome.ts'

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
  readonly json: OtlpEncoding<T>
}

export interface OtlpEncoding<T> {
  readonly contentType: string
  encode(items: T[]): Uint8Array
  /** Throws when it is none. */
  readAnswer(answer: Uint8Array): Accepted
}

interface PartialSuccess {
  readonly rejectedSpans?: number
  readonly rejectedLogRecords?: number
  readonly errorMessage?: string
}

type Serializer<T> = ISerializer<T[], { readonly partialSuccess?: PartialSuccess }>

export const spanSignal: OtlpSignal<ReadableSpan> = {
  name: 'span',
  items: 'spans',
  variable: 'TRACES',
  batch: 'OTEL_BSP',
  defaultDelayMs: 5_000,
  httpPath: 'v1/traces',
  grpcPath: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  protobuf: encoding('application/x-protobuf', ProtobufTraceSerializer),
  json: encoding('application/json', JsonTraceSerializer),
}

export const logSignal: OtlpSignal<ReadableLogRecord> = {
  name: 'log',
  items: 'log records',
  variable: 'LOGS',
  batch: 'OTEL_BLRP',
  defaultDelayMs: 1_000,
  httpPath: 'v1/logs',
  grpcPath: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  protobuf: encoding('application/x-protobuf', ProtobufLogsSerializer),
  json: encoding('application/json', JsonLogsSerializer),
}

function encoding<T>(contentType: string, serializer: Serializer<T>): OtlpEncoding<T> {
  return {
    contentType,
    encode(items) {
      const data = serializer.serializeRequest(items)
      if (!data) throw new Error('nothing came of encoding it')
      // The serializer hands out the used part of a larger buffer, all of which would wait with it.
      return data.byteLength < data.buffer.byteLength ? data.slice() : data
    },
    readAnswer(answer) {
      const { partialSuccess } = serializer.deserializeResponse(answer)
      const { rejectedSpans, rejectedLogRecords, errorMessage } = partialSuccess ?? {}
      return {
        is: 'accepted',
        // In JSON a 64-bit integer is text.
        rejectedCount: Number(rejectedSpans ?? rejectedLogRecords ?? 0) || 0,
        ...(errorMessage && { remark: errorMessage }),
      }
    },
  }
}
