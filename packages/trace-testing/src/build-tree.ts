// From a bag of spans in any order to the tree they form. Nothing is lost: what has no place is an orphan.
import type { SpanLink, Trace, TraceSpan } from './trace.ts'

export interface ResolvedLink extends SpanLink {
  /** The span it points to; absent when that span is not part of this trace. */
  readonly span?: TraceSpan
}

export interface TreeNode {
  readonly span: TraceSpan
  /** In order of start; ties in an order that does not depend on arrival. */
  readonly children: readonly TreeNode[]
  readonly links: readonly ResolvedLink[]
}

export interface TraceTree {
  readonly trace: Trace
  /** Spans without a parent, and children of `callers`. */
  readonly roots: readonly TreeNode[]
  /** Spans whose parent never arrived, and the first span of a ring of parents. */
  readonly orphans: readonly TreeNode[]
  /** Every span once, parents before children. */
  readonly nodes: readonly TreeNode[]
}

export interface TreeOptions {
  /** Ids of spans that lie outside this trace's senders: their children are roots, not orphans. */
  readonly callers?: readonly string[]
}

interface MutableNode extends TreeNode {
  readonly children: MutableNode[]
}

export function buildTree(trace: Trace, { callers = [] }: TreeOptions = {}): TraceTree {
  const nodes = new Map<string, MutableNode>()
  const spans = new Map(trace.spans.map((span) => [span.spanId, span]))
  // Sorted once here, so that every list of children below comes out sorted.
  for (const span of [...spans.values()].sort(byStart)) {
    const links = span.links.map((link) => resolve(link, trace.traceId, spans))
    nodes.set(span.spanId, { span, children: [], links })
  }
  const roots: MutableNode[] = []
  const orphans: MutableNode[] = []
  for (const node of nodes.values()) {
    const { parentSpanId } = node.span
    const parent = parentSpanId === undefined ? undefined : nodes.get(parentSpanId)
    if (parent !== undefined) parent.children.push(node)
    else if (parentSpanId === undefined || callers.includes(parentSpanId)) roots.push(node)
    else orphans.push(node)
  }
  const reached = new Set<MutableNode>()
  for (const node of [...roots, ...orphans]) reach(node, reached)
  for (const node of nodes.values()) {
    if (reached.has(node)) continue
    // Only a ring of parents is left here: cut it before its earliest span.
    const siblings = nodes.get(node.span.parentSpanId ?? '')?.children
    siblings?.splice(siblings.indexOf(node), 1)
    orphans.push(node)
    reach(node, reached)
  }
  return { trace, roots, orphans, nodes: [...reached] }
}

function byStart(a: TraceSpan, b: TraceSpan): number {
  return compareTimes(a, b) || compare(a.name, b.name) || compare(a.spanId, b.spanId)
}

/** Of two that start in the same tick, the one that ends first most likely came first. */
export function compareTimes(a: TraceSpan, b: TraceSpan): number {
  return compare(a.startNanos, b.startNanos) || compare(a.endNanos, b.endNanos)
}

export function compare<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function resolve(
  link: SpanLink,
  traceId: string,
  spans: ReadonlyMap<string, TraceSpan>,
): ResolvedLink {
  return { ...link, span: link.traceId === traceId ? spans.get(link.spanId) : undefined }
}

/** Parents before children, without recursion: a trace may be a chain of thousands. */
function reach(start: MutableNode, reached: Set<MutableNode>): void {
  const waiting = [start]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (reached.has(node)) continue
    reached.add(node)
    waiting.push(...node.children.toReversed())
  }
}
