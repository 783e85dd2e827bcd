// What both ends of a gRPC call record: one span and one duration, however the call ends.
import {
  type Attributes,
  type Context,
  type Histogram,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import {
  ATTR_ERROR_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
  RPC_SYSTEM_NAME_VALUE_GRPC,
} from '@opentelemetry/semantic-conventions'

export interface CallEnd {
  readonly kind: SpanKind
  readonly duration: Histogram
  isFailure(status: string): boolean
}

export interface ObservedCall {
  /** The caller's context with the span of the call in it. */
  readonly context: Context
  end(statusCode: number): void
}

/** `attributes` are on the metric too, so that each of them must have few values. */
export function observeCall(
  { kind, duration, isFailure }: CallEnd,
  method: string,
  attributes: Attributes,
  parent: Context,
): ObservedCall {
  const startedAt = performance.now()
  const bounded = {
    [ATTR_RPC_SYSTEM_NAME]: RPC_SYSTEM_NAME_VALUE_GRPC,
    [ATTR_RPC_METHOD]: method,
    ...attributes,
  }
  const tracer = trace.getTracer('throughline')
  const span = tracer.startSpan(method, { kind, attributes: bounded }, parent)
  const inCall = trace.setSpan(parent, span)
  return {
    context: inCall,
    end(statusCode) {
      // A number that is none of the seventeen is UNKNOWN to whoever receives it.
      const status = statuses[statusCode] ?? 'UNKNOWN'
      const outcome: Attributes = { [ATTR_RPC_STATUS_CODE]: status }
      if (isFailure(status)) {
        outcome[ATTR_ERROR_TYPE] = status
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.setAttributes(outcome)
      span.end()
      const seconds = (performance.now() - startedAt) / 1_000
      duration.record(seconds, { ...bounded, ...outcome }, inCall)
    },
  }
}

/** By number. grpc-js has them as well, and a process without gRPC must not load it for this. */
const statuses = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]
