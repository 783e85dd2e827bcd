// Whether a trace has everything that its own spans promise. The end of the root is no sign of that:
// spans of other services, and work behind a queue, arrive later.
import type { IncompleteReason } from '../api/trace-json.ts'
import type { SpanRecord } from './records.ts'

/** A page and a test need to see the kind of trouble, not ten thousand of the same. */
const mostReasons = 20

export interface TraceParts {
  readonly spans: ReadonlyMap<string, SpanRecord>
  readonly droppedSpans: number
  readonly evictedInPart: boolean
  readonly linksTo: (spanId: string) => Iterable<SpanRecord>
}

/** `callerSpanId`: a parent that will never come, because the caller made it up to choose the trace id. */
export function incompleteReasons(trace: TraceParts, callerSpanId?: string): IncompleteReason[] {
  const reasons: IncompleteReason[] = []
  const missing = new Map<string, string[]>()
  const consumedParents = new Set<string>()
  let hasRoot = false

  for (const { spanId, parentSpanId, kind } of trace.spans.values()) {
    if (parentSpanId === null || parentSpanId === callerSpanId) hasRoot = true
    else if (!trace.spans.has(parentSpanId)) {
      const children = missing.get(parentSpanId)
      if (children) children.push(spanId)
      else missing.set(parentSpanId, [spanId])
    }
    if (kind === 'CONSUMER' && parentSpanId !== null) consumedParents.add(parentSpanId)
  }

  if (!hasRoot) reasons.push({ code: 'no-root' })
  for (const [parentSpanId, children] of missing) {
    if (reasons.length === mostReasons) break
    reasons.push({
      code: 'missing-parent',
      parentSpanId,
      children: children.slice(0, mostReasons),
    })
  }
  for (const span of trace.spans.values()) {
    if (reasons.length === mostReasons) break
    // What could not be sent has no consumer.
    if (span.kind !== 'PRODUCER' || span.statusCode === 'ERROR') continue
    if (consumedParents.has(span.spanId) || hasConsumer(trace.linksTo(span.spanId))) continue
    reasons.push({ code: 'producer-without-consumer', spanId: span.spanId, name: span.name })
  }
  if (trace.droppedSpans > 0) reasons.push({ code: 'spans-dropped', count: trace.droppedSpans })
  if (trace.evictedInPart) reasons.push({ code: 'evicted-in-part' })
  return reasons
}

function hasConsumer(spans: Iterable<SpanRecord>): boolean {
  for (const span of spans) if (span.kind === 'CONSUMER') return true
  return false
}
