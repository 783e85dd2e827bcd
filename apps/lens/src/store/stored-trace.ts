// One trace as the store keeps it: its spans by id, its logs, and a summary that is made when it is asked for.
import { incompleteReasons, type TraceParts } from './completeness.ts'
import { logSize, resourceSize, spanSize } from './record-size.ts'
import type { LogRecord, ResourceRecord, SpanRecord } from './records.ts'
import { summarise, type TraceSummary } from './trace-summary.ts'

export class StoredTrace implements TraceParts {
  readonly traceId: string
  readonly evictedInPart: boolean
  readonly spans = new Map<string, SpanRecord>()
  readonly logs: LogRecord[] = []
  readonly linksTo: (spanId: string) => Iterable<SpanRecord>
  bytes = 0
  droppedSpans = 0
  revision = 0
  lastArrivalMs = 0
  readonly #resources = new Set<ResourceRecord>()
  #summary: TraceSummary | undefined

  constructor(
    traceId: string,
    evictedInPart: boolean,
    linksTo: (spanId: string) => Iterable<SpanRecord>,
  ) {
    this.traceId = traceId
    this.evictedInPart = evictedInPart
    this.linksTo = linksTo
  }

  /** A sender that got no answer sends again: the same id replaces, it never doubles. Returns what was replaced. */
  putSpan(span: SpanRecord): SpanRecord | undefined {
    const replaced = this.spans.get(span.spanId)
    this.bytes += spanSize(span) - (replaced ? spanSize(replaced) : 0)
    this.#addResource(span.resource)
    this.spans.set(span.spanId, span)
    return replaced
  }

  addLog(log: LogRecord): void {
    this.bytes += logSize(log)
    this.#addResource(log.resource)
    this.logs.push(log)
  }

  /** A resource counts once in every trace that names it, because the last of them keeps it in memory. */
  bytesToAdd(resource: ResourceRecord): number {
    return this.#resources.has(resource) ? 0 : resourceSize(resource)
  }

  /** Every change a reader can see goes through here. */
  touch(revision: number): void {
    this.revision = revision
    this.#summary = undefined
  }

  summary(): TraceSummary {
    this.#summary ??= summarise(this.spans, this.logs, incompleteReasons(this))
    return this.#summary
  }

  #addResource(resource: ResourceRecord): void {
    this.bytes += this.bytesToAdd(resource)
    this.#resources.add(resource)
  }
}
