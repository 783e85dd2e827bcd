// OTLP as JSON, by the SDK's serializers: for looking at, not for speed.
import {
  type ISerializer,
  JsonLogsSerializer,
  JsonTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { OtlpEncoding } from './otlp-signal.ts'

interface PartialSuccess {
  /** In JSON a 64-bit integer is text. */
  readonly rejectedSpans?: number | string
  readonly rejectedLogRecords?: number | string
  readonly errorMessage?: string
}

type Serializer<T> = ISerializer<T[], { readonly partialSuccess?: PartialSuccess }>

export const jsonSpans: OtlpEncoding<ReadableSpan> = encoding(JsonTraceSerializer)
export const jsonLogRecords: OtlpEncoding<ReadableLogRecord> = encoding(JsonLogsSerializer)

function encoding<T>(serializer: Serializer<T>): OtlpEncoding<T> {
  return {
    contentType: 'application/json',
    encode(items) {
      const data = serializer.serializeRequest(items)
      if (!data) throw new Error('nothing came of encoding it')
      return data
    },
    readAnswer(answer) {
      const { partialSuccess = {} } = serializer.deserializeResponse(answer)
      const { rejectedSpans, rejectedLogRecords, errorMessage } = partialSuccess
      return {
        is: 'accepted',
        rejectedCount: Number(rejectedSpans ?? rejectedLogRecords ?? 0) || 0,
        ...(errorMessage && { remark: errorMessage }),
      }
    },
  }
}
