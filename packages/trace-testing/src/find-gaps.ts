// What a tree still lacks, judged by the tree itself and by what its reader was promised.
import type { TraceTree, TreeNode } from './build-tree.ts'
import type { SpanKind, TraceSpan } from './trace.ts'

export type SpanPromise = string | PromisedFields | ((span: TraceSpan) => boolean)

export interface PromisedFields {
  readonly name: string
  readonly service?: string
  readonly kind?: SpanKind
  /** How many such spans there must be at least; one unless told otherwise. */
  readonly count?: number
}

export function isKept(promise: SpanPromise, tree: TraceTree): boolean {
  if (typeof promise === 'function') return tree.nodes.some(({ span }) => promise(span))
  const { name, service, kind, count = 1 } = fieldsOf(promise)
  const found = tree.nodes.filter(
    ({ span }) =>
      span.name === name &&
      (service === undefined || span.service === service) &&
      (kind === undefined || span.kind === kind),
  )
  return found.length >= count
}

export function describePromise(promise: SpanPromise): string {
  if (typeof promise === 'function') return promise.name || String(promise)
  const { name, kind, service, count = 1 } = fieldsOf(promise)
  const details = [kind, service, count > 1 ? `${count} times` : undefined].filter(Boolean)
  return details.length === 0 ? name : `${name} (${details.join(', ')})`
}

function fieldsOf(promise: string | PromisedFields): PromisedFields {
  return typeof promise === 'string' ? { name: promise } : promise
}

/** A sentence for each parent that has not arrived and each message that nobody has taken. */
export function findGaps(
  { roots, orphans, nodes }: TraceTree,
  { awaitConsumers }: { readonly awaitConsumers: boolean },
): string[] {
  const gaps = orphans.map(
    ({ span }) => `${quote(span)} waits for its parent ${span.parentSpanId}, which is not here`,
  )
  if (roots.length === 0 && nodes.length > 0) gaps.push('it has no root')
  if (!awaitConsumers) return gaps
  const linked = new Set(nodes.flatMap(consumedByLink))
  const open = nodes.filter(
    ({ span, children }) =>
      span.kind === 'PRODUCER' &&
      !linked.has(span.spanId) &&
      !children.some((child) => child.span.kind === 'CONSUMER'),
  )
  return [...gaps, ...open.map(({ span }) => `nothing has consumed what ${quote(span)} sent`)]
}

function consumedByLink({ span, links }: TreeNode): string[] {
  return span.kind === 'CONSUMER' ? links.map(({ spanId }) => spanId) : []
}

function quote({ name, service }: TraceSpan): string {
  return `"${name}" (${service})`
}
