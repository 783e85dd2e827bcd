// From the JSON form of OTLP (opentelemetry-proto, "JSON Protobuf Encoding") to the data of this package.
import {
  type Attributes,
  type AttributeValue,
  spanKinds,
  spanStatuses,
  type TraceLog,
  type TraceSpan,
} from './trace.ts'

export interface ReceivedSpan extends TraceSpan {
  readonly traceId: string
}

export interface ReceivedLog extends TraceLog {
  /** Absent when the record belongs to no trace. */
  readonly traceId?: string
}

export interface OtlpContent {
  readonly spans: readonly ReceivedSpan[]
  readonly logs: readonly ReceivedLog[]
  readonly metricNames: readonly string[]
  readonly resources: readonly Attributes[]
}

export function readOtlp(body: string): OtlpContent {
  const { resourceSpans = [], resourceLogs = [], resourceMetrics = [] } = JSON.parse(body) as Otlp
  return {
    spans: resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
      scopeSpans.flatMap(({ spans = [] }) =>
        spans.map((span) => readSpan(span, serviceOf(resource))),
      ),
    ),
    logs: resourceLogs.flatMap(({ resource, scopeLogs = [] }) =>
      scopeLogs.flatMap(({ logRecords = [] }) =>
        logRecords.map((record) => readLog(record, serviceOf(resource))),
      ),
    ),
    metricNames: resourceMetrics.flatMap(({ scopeMetrics = [] }) =>
      scopeMetrics.flatMap(({ metrics = [] }) => metrics.map(({ name }) => name)),
    ),
    resources: [...resourceSpans, ...resourceLogs, ...resourceMetrics].map(({ resource }) =>
      readAttributes(resource?.attributes),
    ),
  }
}

function readSpan(span: OtlpSpan, service: string): ReceivedSpan {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    name: span.name ?? '',
    // Counted from 1; 0 is unspecified, which is to be taken for INTERNAL.
    kind: spanKinds[(span.kind ?? 0) - 1] ?? 'INTERNAL',
    service,
    status: spanStatuses[span.status?.code ?? 0] ?? 'UNSET',
    startNanos: BigInt(span.startTimeUnixNano ?? 0),
    endNanos: BigInt(span.endTimeUnixNano ?? 0),
    attributes: readAttributes(span.attributes),
    events: (span.events ?? []).map(({ name = '', attributes }) => ({
      name,
      attributes: readAttributes(attributes),
    })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  }
}

function readLog(record: OtlpLog, service: string): ReceivedLog {
  const body = readValue(record.body)
  return {
    traceId: record.traceId || undefined,
    spanId: record.spanId || undefined,
    service,
    timeNanos: BigInt(record.timeUnixNano ?? 0),
    severity: record.severityText ?? '',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: readAttributes(record.attributes),
  }
}

function serviceOf(resource: Resource | undefined): string {
  return String(readAttributes(resource?.attributes)['service.name'] ?? '')
}

function readAttributes(attributes: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]))
}

function readValue(value: AnyValue = {}): AttributeValue {
  // 64-bit integers come as strings from some senders and as numbers from others.
  if (value.intValue !== undefined) return Number(value.intValue)
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(readValue)
  if (value.kvlistValue !== undefined) return readAttributes(value.kvlistValue.values)
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null
}

/** A field with its default value may be left out. */
interface Otlp {
  readonly resourceSpans?: readonly ResourceSpans[]
  readonly resourceLogs?: readonly ResourceLogs[]
  readonly resourceMetrics?: readonly ResourceMetrics[]
}

interface ResourceSpans {
  readonly resource?: Resource
  readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[]
}

interface ResourceLogs {
  readonly resource?: Resource
  readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpLog[] }[]
}

interface ResourceMetrics {
  readonly resource?: Resource
  readonly scopeMetrics?: readonly { readonly metrics?: readonly { readonly name: string }[] }[]
}

interface Resource {
  readonly attributes?: readonly KeyValue[]
}

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly kind?: number
  readonly status?: { readonly code?: number }
  readonly startTimeUnixNano?: string | number
  readonly endTimeUnixNano?: string | number
  readonly attributes?: readonly KeyValue[]
  readonly events?: readonly { readonly name?: string; readonly attributes?: KeyValue[] }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
}

interface OtlpLog {
  readonly traceId?: string
  readonly spanId?: string
  readonly timeUnixNano?: string | number
  readonly severityText?: string
  readonly body?: AnyValue
  readonly attributes?: readonly KeyValue[]
}

interface KeyValue {
  readonly key: string
  readonly value?: AnyValue
}

interface AnyValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly bytesValue?: string
  readonly arrayValue?: { readonly values?: readonly AnyValue[] }
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] }
}
