// A trace as this package reads it, whatever backend it came from. Plain data: a test can write one by hand.

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

export type Attributes = Readonly<Record<string, AttributeValue>>

export const spanKinds = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
export type SpanKind = (typeof spanKinds)[number]

export const spanStatuses = ['UNSET', 'OK', 'ERROR'] as const
export type SpanStatus = (typeof spanStatuses)[number]

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
}

export interface SpanEvent {
  readonly name: string
  readonly attributes: Attributes
}

export interface TraceSpan {
  readonly spanId: string
  /** Absent on a root. */
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: SpanKind
  readonly service: string
  readonly status: SpanStatus
  readonly startNanos: bigint
  readonly endNanos: bigint
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
}

export interface TraceLog {
  /** Empty or absent when the record names no span. */
  readonly spanId?: string
  readonly service: string
  readonly timeNanos: bigint
  readonly severity: string
  readonly body: string
  readonly attributes: Attributes
}

export interface Trace {
  readonly traceId: string
  readonly spans: readonly TraceSpan[]
  readonly logs: readonly TraceLog[]
}
