// Everything the page knows of one trace: the first answer, and each later one that brings only what is new.
import type {
  IncompleteReason,
  LogJson,
  ResourceJson,
  ScopeJson,
  SpanJson,
  TraceJson,
} from '../api/trace-json.ts'

/** A record with its place in time, and what its numbers pointed to. */
export interface Placed<Item> {
  readonly item: Item
  readonly resource: ResourceJson
  readonly scope: ScopeJson
  /** Added to each of the item's times: the start of the trace moves when an earlier span comes. */
  shiftNs: number
}

export class TraceModel {
  readonly spans = new Map<string, Placed<SpanJson>>()
  readonly logs: Placed<LogJson>[] = []
  traceId = ''
  startTimeUnixNano = '0'
  durationNs = 0
  revision = -1
  droppedSpans = 0
  reasons: readonly IncompleteReason[] = []

  apply(answer: TraceJson): void {
    this.#moveStart(answer.startTimeUnixNano)
    const place = <Item extends SpanJson | LogJson>(item: Item): Placed<Item> => ({
      item,
      resource: answer.resources[item.resource] ?? { service: item.service, attributes: {} },
      scope: answer.scopes[item.scope] ?? { name: '', version: '' },
      shiftNs: 0,
    })
    for (const span of answer.spans) this.spans.set(span.spanId, place(span))
    for (const log of answer.logs) this.logs.push(place(log))
    this.traceId = answer.traceId
    this.durationNs = answer.durationNs
    this.revision = answer.revision
    this.droppedSpans = answer.droppedSpans
    this.reasons = answer.reasons
  }

  #moveStart(startTimeUnixNano: string): void {
    const isFirst = this.revision === -1
    const shiftNs = Number(BigInt(this.startTimeUnixNano) - BigInt(startTimeUnixNano))
    this.startTimeUnixNano = startTimeUnixNano
    if (isFirst || shiftNs === 0) return
    for (const span of this.spans.values()) span.shiftNs += shiftNs
    for (const log of this.logs) log.shiftNs += shiftNs
  }
}
