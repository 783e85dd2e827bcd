// The JSON form of OTLP (opentelemetry-proto, "JSON Protobuf Encoding"), as far as it is read here.
// A field with its default value may be left out, and 64-bit integers come as text or as numbers.

export interface Otlp {
  readonly resourceSpans?: readonly ResourceSpans[]
  readonly resourceMetrics?: readonly ResourceMetrics[]
  readonly resourceLogs?: readonly ResourceLogs[]
}

export interface ResourceSpans {
  readonly resource?: OtlpResource
  readonly scopeSpans?: readonly { readonly scope?: OtlpScope; readonly spans?: OtlpSpan[] }[]
}

export interface ResourceMetrics {
  readonly resource?: OtlpResource
  readonly scopeMetrics?: readonly { readonly scope?: OtlpScope; readonly metrics?: OtlpMetric[] }[]
}

export interface ResourceLogs {
  readonly resource?: OtlpResource
  readonly scopeLogs?: readonly { readonly scope?: OtlpScope; readonly logRecords?: OtlpLog[] }[]
}

export interface OtlpResource {
  readonly attributes?: readonly KeyValue[]
}

export interface OtlpScope {
  readonly name?: string
  readonly version?: string
}

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly kind?: number
  readonly status?: { readonly code?: number; readonly message?: string }
  readonly startTimeUnixNano?: string | number
  readonly endTimeUnixNano?: string | number
  readonly attributes?: readonly KeyValue[]
  readonly events?: readonly OtlpEvent[]
  readonly links?: readonly OtlpLink[]
}

export interface OtlpEvent {
  readonly name?: string
  readonly attributes?: readonly KeyValue[]
}

export interface OtlpLink {
  readonly traceId: string
  readonly spanId: string
  readonly attributes?: readonly KeyValue[]
}

export interface OtlpLog {
  readonly traceId?: string
  readonly spanId?: string
  readonly timeUnixNano?: string | number
  readonly severityText?: string
  readonly body?: AnyValue
  readonly attributes?: readonly KeyValue[]
  readonly eventName?: string
}

/** Exactly one of the five kinds of data is there. */
export interface OtlpMetric {
  readonly name: string
  readonly unit?: string
  readonly gauge?: OtlpMetricData
  readonly sum?: OtlpMetricData & { readonly isMonotonic?: boolean }
  readonly histogram?: OtlpMetricData
  readonly exponentialHistogram?: OtlpMetricData
  readonly summary?: OtlpMetricData
}

export interface OtlpMetricData {
  readonly dataPoints?: readonly OtlpDataPoint[]
}

export interface OtlpDataPoint {
  readonly attributes?: readonly KeyValue[]
  readonly asInt?: string | number
  readonly asDouble?: number | string
  /** Of a histogram. */
  readonly sum?: number | string
  readonly count?: number | string
  readonly explicitBounds?: readonly (number | string)[]
}

export interface KeyValue {
  readonly key: string
  readonly value?: AnyValue
}

export interface AnyValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly bytesValue?: string
  readonly arrayValue?: { readonly values?: readonly AnyValue[] }
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] }
}
