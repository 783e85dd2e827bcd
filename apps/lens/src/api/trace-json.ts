// What the API answers. Types only: the page, the trace tests and the server agree on this file.

/** A 64-bit integer that a JSON number cannot hold exactly, and bytes (base64), arrive as strings. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

export type Attributes = { readonly [key: string]: AttributeValue }

export type SpanKind = 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER'
export type StatusCode = 'UNSET' | 'OK' | 'ERROR'

/** `GET /api/traces/{traceId}` */
export interface TraceJson {
  readonly traceId: string
  /** Start of the earliest span (or log, if there is no span yet). Every `…Ns` below counts from it. */
  readonly startTimeUnixNano: string
  readonly durationNs: number
  readonly complete: boolean
  /** Why not; empty exactly when `complete`. */
  readonly reasons: readonly IncompleteReason[]
  /** Grows with every arrival; `?since=<revision>` answers only the spans and logs that came after it. */
  readonly revision: number
  /** Spans refused because this trace, or one of its neighbours, had no more room. */
  readonly droppedSpans: number
  /** Ordered by start, then by id. */
  readonly spans: readonly SpanJson[]
  /** Ordered by time. */
  readonly logs: readonly LogJson[]
  /** What `resource` and `scope` of spans and logs point into. */
  readonly resources: readonly ResourceJson[]
  readonly scopes: readonly ScopeJson[]
}

export interface SpanJson {
  readonly spanId: string
  /** `null` for a root. */
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: SpanKind
  /** `service.name` of its resource. */
  readonly service: string
  readonly startNs: number
  readonly durationNs: number
  readonly status: { readonly code: StatusCode; readonly message?: string }
  readonly attributes: Attributes
  readonly events: readonly EventJson[]
  readonly links: readonly LinkJson[]
  /** Spans, of this or of other traces in the store, that link to this one. */
  readonly linkedFrom: readonly SpanReference[]
  readonly traceState?: string
  /** What the sender or lens left out; absent when nothing is missing. */
  readonly dropped?: {
    readonly attributes: number
    readonly events: number
    readonly links: number
  }
  readonly resource: number
  readonly scope: number
}

export interface EventJson {
  readonly name: string
  readonly timeNs: number
  readonly attributes: Attributes
}

export interface SpanReference {
  readonly traceId: string
  readonly spanId: string
}

export interface LinkJson extends SpanReference {
  readonly attributes: Attributes
}

export interface LogJson {
  readonly timeNs: number
  /** `null` when the record names a trace but no span. */
  readonly spanId: string | null
  readonly service: string
  /** As the sender wrote it, for example `info`; otherwise derived from the number. */
  readonly severity: string
  /** 1-24 as OTLP counts; 0 when unknown. 17 and above are errors. */
  readonly severityNumber: number
  readonly body: AttributeValue
  readonly eventName?: string
  readonly attributes: Attributes
  readonly resource: number
  readonly scope: number
}

export interface ResourceJson {
  readonly service: string
  readonly attributes: Attributes
}

export interface ScopeJson {
  readonly name: string
  readonly version: string
}

export type IncompleteReason =
  | { readonly code: 'no-root' }
  | {
      readonly code: 'missing-parent'
      readonly parentSpanId: string
      readonly children: readonly string[]
    }
  | {
      readonly code: 'producer-without-consumer'
      readonly spanId: string
      readonly name: string
    }
  /** Only in an answer to `?wait=complete`: something came within the quiet time. */
  | { readonly code: 'still-arriving' }
  | { readonly code: 'spans-dropped'; readonly count: number }
  /** An older part of this trace was thrown out to make room. */
  | { readonly code: 'evicted-in-part' }

/** `GET /api/traces`: newest first. */
export interface TraceListJson {
  readonly traces: readonly TraceSummaryJson[]
  /** In the store, whatever the filter. */
  readonly total: number
}

export interface TraceSummaryJson {
  readonly traceId: string
  /** Of the root, else of the earliest span; `null` when only logs have come. */
  readonly name: string | null
  readonly service: string | null
  /** In order of their first span. */
  readonly services: readonly ServiceCount[]
  readonly spanCount: number
  readonly errorCount: number
  readonly logCount: number
  readonly startTimeUnixNano: string
  readonly durationNs: number
  readonly complete: boolean
  readonly revision: number
}

export interface ServiceCount {
  readonly name: string
  readonly spans: number
  readonly errors: number
}

/** `GET /api/logs`: newest first, the records that belong to no trace. */
export interface LooseLogsJson {
  readonly logs: readonly LooseLogJson[]
}

export interface LooseLogJson {
  readonly timeUnixNano: string
  readonly service: string
  readonly severity: string
  readonly severityNumber: number
  readonly body: AttributeValue
  readonly eventName?: string
  readonly attributes: Attributes
}

/** `GET /api/stats`, and the `stats` event of `GET /api/events`. */
export interface StatsJson {
  readonly traces: number
  readonly spans: number
  readonly logs: number
  readonly bytes: number
  readonly maxBytes: number
  readonly accepted: { readonly spans: number; readonly logs: number }
  /** Records answered with `partial_success`, and whole requests answered with 4xx or 503. */
  readonly refused: {
    readonly spans: number
    readonly logs: number
    readonly requests: number
  }
  readonly evicted: {
    readonly traces: number
    readonly spans: number
    readonly logs: number
  }
}

/** The `traces` event of `GET /api/events`: what changed since the one before it, at most four a second. */
export interface TracesEventJson {
  readonly changed: readonly TraceSummaryJson[]
  readonly removed: readonly string[]
}
