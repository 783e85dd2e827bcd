// What the list shows of a trace. The answer does not depend on the order in which its spans arrived.
import type { IncompleteReason, ServiceCount } from '../api/trace-json.ts'
import type { LogRecord, SpanRecord } from './records.ts'

export interface TraceSummary {
  readonly name: string | null
  readonly service: string | null
  readonly services: readonly ServiceCount[]
  readonly errorCount: number
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
  readonly reasons: readonly IncompleteReason[]
}

interface ServiceTally extends ServiceCount {
  spans: number
  errors: number
  firstStart: bigint
}

export function summarise(
  spans: ReadonlyMap<string, SpanRecord>,
  logs: readonly LogRecord[],
  reasons: readonly IncompleteReason[],
): TraceSummary {
  const services = new Map<string, ServiceTally>()
  let first: SpanRecord | undefined
  let root: SpanRecord | undefined
  let end = 0n
  let errorCount = 0

  for (const span of spans.values()) {
    if (!first || isBefore(span, first)) first = span
    if (span.parentSpanId === null && (!root || isBefore(span, root))) root = span
    if (span.endTimeUnixNano > end) end = span.endTimeUnixNano
    const isError = span.statusCode === 'ERROR'
    if (isError) errorCount += 1
    tally(services, span, isError)
  }

  const named = root ?? first
  const start = first?.startTimeUnixNano ?? firstLogTime(logs)
  return {
    name: named?.name ?? null,
    service: named?.resource.service ?? null,
    services: [...services.values()].sort(byFirstStart).map(({ firstStart: _, ...count }) => count),
    errorCount,
    startTimeUnixNano: start,
    endTimeUnixNano: end > start ? end : start,
    reasons,
  }
}

/** Ids break ties, so that the answer is the same in any order of arrival. */
function isBefore(a: SpanRecord, b: SpanRecord): boolean {
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano < b.startTimeUnixNano
  return a.spanId < b.spanId
}

function tally(services: Map<string, ServiceTally>, span: SpanRecord, isError: boolean): void {
  const name = span.resource.service
  let service = services.get(name)
  if (!service) {
    service = { name, spans: 0, errors: 0, firstStart: span.startTimeUnixNano }
    services.set(name, service)
  }
  service.spans += 1
  if (isError) service.errors += 1
  if (span.startTimeUnixNano < service.firstStart) service.firstStart = span.startTimeUnixNano
}

function byFirstStart(a: ServiceTally, b: ServiceTally): number {
  if (a.firstStart !== b.firstStart) return a.firstStart < b.firstStart ? -1 : 1
  return a.name < b.name ? -1 : 1
}

function firstLogTime(logs: readonly LogRecord[]): bigint {
  let first: bigint | undefined
  for (const { timeUnixNano } of logs) {
    if (first === undefined || timeUnixNano < first) first = timeUnixNano
  }
  return first ?? 0n
}
