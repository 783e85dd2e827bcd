// OTLP/JSON bodies from the few facts that a test is about.
import type { SpanKind } from '../src/api/trace-json.ts'

type Value = string | number | boolean

export interface SpanFacts {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly service: string
  readonly kind?: SpanKind
  /** Milliseconds after `epochMs`. */
  readonly startMs: number
  readonly durationMs: number
  readonly error?: string
  readonly attributes?: Readonly<Record<string, Value>>
  readonly events?: readonly { name: string; atMs: number; attributes?: Record<string, Value> }[]
  readonly links?: readonly { traceId: string; spanId: string }[]
}

export interface LogFacts {
  readonly traceId?: string
  readonly spanId?: string
  readonly service: string
  readonly atMs: number
  readonly severity: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'
  readonly body: string
  readonly attributes?: Readonly<Record<string, Value>>
}

/** A fixed moment: pictures and texts are the same in every run. */
export const epochMs = Date.UTC(2026, 9, 1, 12, 0, 0)

const kinds: readonly SpanKind[] = [
  'UNSPECIFIED',
  'INTERNAL',
  'SERVER',
  'CLIENT',
  'PRODUCER',
  'CONSUMER',
]
const severityNumbers = { DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17 }

const nano = (ms: number) =>
  (BigInt(epochMs) * 1_000_000n + BigInt(Math.round(ms * 1e6))).toString()

function keyValues(attributes: Readonly<Record<string, Value>> = {}) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Value) {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

export function tracesBody(spans: readonly SpanFacts[]): unknown {
  const resourceSpans = [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
    resource: resource(service),
    scopeSpans: [{ scope: { name: `${service}-instrumentation` }, spans: own.map(otlpSpan) }],
  }))
  return { resourceSpans }
}

export function logsBody(logs: readonly LogFacts[]): unknown {
  const resourceLogs = [...Map.groupBy(logs, ({ service }) => service)].map(([service, own]) => ({
    resource: resource(service),
    scopeLogs: [{ scope: { name: 'pino' }, logRecords: own.map(otlpLog) }],
  }))
  return { resourceLogs }
}

function resource(service: string) {
  return {
    attributes: keyValues({
      'service.name': service,
      'host.name': 'workstation',
      'process.pid': 4_000 + service.length,
    }),
  }
}

function otlpSpan(span: SpanFacts) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: kinds.indexOf(span.kind ?? 'INTERNAL'),
    startTimeUnixNano: nano(span.startMs),
    endTimeUnixNano: nano(span.startMs + span.durationMs),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
    attributes: keyValues(span.attributes),
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: nano(event.atMs),
      attributes: keyValues(event.attributes),
    })),
    links: span.links ?? [],
  }
}

function otlpLog(log: LogFacts) {
  return {
    traceId: log.traceId ?? '',
    spanId: log.spanId ?? '',
    timeUnixNano: nano(log.atMs),
    severityText: log.severity,
    severityNumber: severityNumbers[log.severity],
    body: { stringValue: log.body },
    attributes: keyValues(log.attributes),
  }
}
