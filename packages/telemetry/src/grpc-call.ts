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
  isFailure(status: string): boolean
  /** Asked for at each call: the meter behind it may change. */
  duration(): Histogram
}

export interface ObservedCall {
  /** The caller's context with the span of the call in it. */
  readonly context: Context
  end(statusCode: number): void
}

/** Begins to observe one call of a method, whose parent is in the given context. */
export type ObserveCall = (parent: Context) => ObservedCall

interface Outcome {
  readonly isFailure: boolean
  readonly onSpan: Attributes
  readonly onMetric: Attributes
}

/**
 * `attributes` are on the metric too, so that each of them must have few values. Objects that are the same for every
 * call are made once: their garbage would cost more than all else here.
 */
export function observeMethod(end: CallEnd, method: string, attributes: Attributes): ObserveCall {
  const bounded: Attributes = {
    [ATTR_RPC_SYSTEM_NAME]: RPC_SYSTEM_NAME_VALUE_GRPC,
    [ATTR_RPC_METHOD]: method,
    ...attributes,
  }
  const settings = { kind: end.kind, attributes: bounded }
  const outcomeOf = (status: string): Outcome => {
    const isFailure = end.isFailure(status)
    const onSpan = {
      [ATTR_RPC_STATUS_CODE]: status,
      ...(isFailure && { [ATTR_ERROR_TYPE]: status }),
    }
    return { isFailure, onSpan, onMetric: Object.freeze({ ...bounded, ...onSpan }) }
  }
  const outcomes = statuses.map(outcomeOf)
  // A number that is none of the seventeen is this to whoever receives it.
  const unknown = outcomeOf('UNKNOWN')

  return (parent) => {
    const startedAt = performance.now()
    const span = trace.getTracer('throughline').startSpan(method, settings, parent)
    const context = trace.setSpan(parent, span)
    return {
      context,
      end(statusCode) {
        const outcome = outcomes[statusCode] ?? unknown
        span.setAttributes(outcome.onSpan)
        if (outcome.isFailure) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
        end.duration().record((performance.now() - startedAt) / 1_000, outcome.onMetric, context)
      },
    }
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
