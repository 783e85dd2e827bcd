// From the JSON form of OTLP to the data of this package.
import type { Otlp, OtlpLog, OtlpResource, OtlpSpan } from './otlp.ts'
import { readOtlpAttributes, readOtlpValue } from './otlp-attributes.ts'
import { type Attributes, spanKinds, spanStatuses, type TraceLog, type TraceSpan } from './trace.ts'

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

export function readOtlp(otlp: Otlp): OtlpContent {
  const { resourceSpans = [], resourceLogs = [], resourceMetrics = [] } = otlp
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
      readOtlpAttributes(resource?.attributes, 'resource.attributes'),
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
    attributes: readOtlpAttributes(span.attributes, 'span.attributes'),
    events: (span.events ?? []).map(({ name = '', attributes }) => ({
      name,
      attributes: readOtlpAttributes(attributes, 'event.attributes'),
    })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  }
}

function readLog(record: OtlpLog, service: string): ReceivedLog {
  const body = readOtlpValue(record.body, 'log.body')
  return {
    traceId: record.traceId || undefined,
    spanId: record.spanId || undefined,
    service,
    timeNanos: BigInt(record.timeUnixNano ?? 0),
    severity: record.severityText ?? '',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: readOtlpAttributes(record.attributes, 'log.attributes'),
  }
}

function serviceOf(resource: OtlpResource | undefined): string {
  return String(
    readOtlpAttributes(resource?.attributes, 'resource.attributes')['service.name'] ?? '',
  )
}
