// From what the store keeps to what the API answers.
import { valueToJson } from '../store/attribute-list.ts'
import type { LogRecord, ResourceRecord, ScopeRecord, SpanRecord } from '../store/records.ts'
import type { StoredTrace } from '../store/stored-trace.ts'
import type {
  IncompleteReason,
  LogJson,
  ResourceJson,
  ScopeJson,
  SpanJson,
  SpanReference,
  TraceJson,
  TraceSummaryJson,
} from './trace-json.ts'

const mostLinksBack = 100

export function summaryJson(trace: StoredTrace): TraceSummaryJson {
  const summary = trace.summary()
  return {
    traceId: trace.traceId,
    name: summary.name,
    service: summary.service,
    services: summary.services,
    spanCount: trace.spans.size,
    errorCount: summary.errorCount,
    logCount: trace.logs.length,
    startTimeUnixNano: summary.startTimeUnixNano.toString(),
    durationNs: Number(summary.endTimeUnixNano - summary.startTimeUnixNano),
    complete: summary.reasons.length === 0,
    revision: trace.revision,
  }
}

/** `reasons`: as far as the asker is concerned; `since`: only what came after that revision. */
export function traceJson(
  trace: StoredTrace,
  reasons: readonly IncompleteReason[],
  since = -1,
): TraceJson {
  const { startTimeUnixNano: start, endTimeUnixNano: end } = trace.summary()
  const resources = new Numbering<ResourceRecord>()
  const scopes = new Numbering<ScopeRecord>((scope) => `${scope.name}\n${scope.version}`)
  const isWanted = (record: { readonly revision: number }) => record.revision > since
  const origin = (record: SpanRecord | LogRecord) => ({
    service: record.resource.service,
    resource: resources.numberOf(record.resource),
    scope: scopes.numberOf(record.scope),
  })
  const spans = [...trace.spans.values()].filter(isWanted).sort(byStart)
  const logs = trace.logs.filter(isWanted).sort(byTime)
  return {
    traceId: trace.traceId,
    startTimeUnixNano: start.toString(),
    durationNs: Number(end - start),
    complete: reasons.length === 0,
    reasons,
    revision: trace.revision,
    droppedSpans: trace.droppedSpans,
    spans: spans.map((span) => ({
      ...spanJson(span, start, linkedFrom(trace, span)),
      ...origin(span),
    })),
    logs: logs.map((log) => ({ ...logJson(log, start), ...origin(log) })),
    resources: resources.items.map(({ service, attributes }): ResourceJson => {
      return { service, attributes: attributes.toJSON() }
    }),
    scopes: scopes.items.map(({ name, version }): ScopeJson => ({ name, version })),
  }
}

type Origin = 'service' | 'resource' | 'scope'

function spanJson(
  span: SpanRecord,
  start: bigint,
  linkedFrom: readonly SpanReference[],
): Omit<SpanJson, Origin> {
  // An end before the start, or none at all, is drawn as a moment.
  const duration = span.endTimeUnixNano - span.startTimeUnixNano
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: span.kind,
    startNs: Number(span.startTimeUnixNano - start),
    durationNs: duration > 0n ? Number(duration) : 0,
    status: span.statusMessage
      ? { code: span.statusCode, message: span.statusMessage }
      : { code: span.statusCode },
    attributes: span.attributes.toJSON(),
    events: span.events.map((event) => ({
      name: event.name,
      timeNs: Number(event.timeUnixNano - start),
      attributes: event.attributes.toJSON(),
    })),
    links: span.links.map((link) => ({ ...link, attributes: link.attributes.toJSON() })),
    linkedFrom,
    ...(span.traceState ? { traceState: span.traceState } : {}),
    ...(span.dropped ? { dropped: span.dropped } : {}),
  }
}

export function logJson(log: LogRecord, start: bigint): Omit<LogJson, Origin> {
  return {
    timeNs: Number(log.timeUnixNano - start),
    spanId: log.spanId,
    severity: log.severity,
    severityNumber: log.severityNumber,
    body: valueToJson(log.body),
    ...(log.eventName ? { eventName: log.eventName } : {}),
    attributes: log.attributes.toJSON(),
  }
}

function linkedFrom(trace: StoredTrace, span: SpanRecord): SpanReference[] {
  const references: SpanReference[] = []
  for (const { traceId, spanId } of trace.linksTo(span.spanId)) {
    if (references.length === mostLinksBack) break
    references.push({ traceId, spanId })
  }
  return references
}

function byStart(a: SpanRecord, b: SpanRecord): number {
  if (a.startTimeUnixNano !== b.startTimeUnixNano) {
    return a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1
  }
  return a.spanId < b.spanId ? -1 : 1
}

function byTime(a: LogRecord, b: LogRecord): number {
  return a.timeUnixNano === b.timeUnixNano ? 0 : a.timeUnixNano < b.timeUnixNano ? -1 : 1
}

/** Gives equal things the same number, counted from 0. */
class Numbering<Item> {
  readonly items: Item[] = []
  readonly #numbers = new Map<unknown, number>()
  readonly #keyOf: (item: Item) => unknown

  constructor(keyOf: (item: Item) => unknown = (item) => item) {
    this.#keyOf = keyOf
  }

  numberOf(item: Item): number {
    const key = this.#keyOf(item)
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.items.push(item) - 1
      this.#numbers.set(key, number)
    }
    return number
  }
}
