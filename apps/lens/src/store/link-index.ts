// Which spans in the store link to a given one: the way back along a span link.
import type { SpanRecord } from './records.ts'

const none: ReadonlySet<SpanRecord> = new Set()

export class LinkIndex {
  readonly #byTrace = new Map<string, Map<string, Set<SpanRecord>>>()

  add(span: SpanRecord): void {
    for (const link of span.links) {
      this.#byTrace
        .getOrInsertComputed(link.traceId, () => new Map())
        .getOrInsertComputed(link.spanId, () => new Set())
        .add(span)
    }
  }

  remove(span: SpanRecord): void {
    for (const link of span.links) {
      const bySpan = this.#byTrace.get(link.traceId)
      const sources = bySpan?.get(link.spanId)
      sources?.delete(span)
      if (sources?.size === 0) bySpan?.delete(link.spanId)
      if (bySpan?.size === 0) this.#byTrace.delete(link.traceId)
    }
  }

  to(traceId: string, spanId: string): ReadonlySet<SpanRecord> {
    return this.#byTrace.get(traceId)?.get(spanId) ?? none
  }
}
