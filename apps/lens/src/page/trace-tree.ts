// The tree of a trace, as it is drawn. Nothing here recurses: a trace may be as deep as it has spans.
import type { LogJson, ResourceJson, ScopeJson, SpanJson } from '../api/trace-json.ts'
import type { TraceModel } from './trace-model.ts'

export interface SpanNode {
  readonly span: SpanJson
  readonly resource: ResourceJson
  readonly scope: ScopeJson
  /** What to add to the times of the span's events. */
  readonly shiftNs: number
  readonly startNs: number
  readonly endNs: number
  readonly isError: boolean
  parent: SpanNode | undefined
  readonly children: SpanNode[]
  readonly logs: LogNode[]
  depth: number
  /** Its parent has not come (yet). */
  isOrphan: boolean
  /** Between the end of the producer and the start of this consumer. */
  wait: QueueWait | undefined
}

export interface QueueWait {
  readonly producer: SpanNode
  readonly startNs: number
  readonly endNs: number
}

export interface LogNode {
  readonly log: LogJson
  readonly resource: ResourceJson
  readonly scope: ScopeJson
  readonly timeNs: number
  readonly isError: boolean
  /** The span it was written in; the first root for a log that names none. */
  span: SpanNode | undefined
  readonly number: number
}

export interface TraceTree {
  readonly roots: readonly SpanNode[]
  readonly byId: ReadonlyMap<string, SpanNode>
  readonly logs: readonly LogNode[]
  /** In order of their first span. */
  readonly services: readonly { readonly name: string; readonly spans: number }[]
  readonly errorCount: number
  readonly durationNs: number
}

const firstErrorSeverity = 17

export function buildTree(model: TraceModel): TraceTree {
  const nodes = placeSpans(model)
  const byId = new Map(nodes.map((node) => [node.span.spanId, node]))
  const roots = linkNodes(nodes, byId)
  const logs = placeLogs(model, byId, roots)
  for (const node of nodes) node.wait = queueWait(node, byId)
  const services = new Map<string, number>()
  for (const { span } of nodes) services.set(span.service, (services.get(span.service) ?? 0) + 1)
  return {
    roots,
    byId,
    logs,
    services: [...services].map(([name, spans]) => ({ name, spans })),
    errorCount: nodes.filter(({ isError }) => isError).length,
    durationNs: Math.max(1, model.durationNs, logs.at(-1)?.timeNs ?? 0),
  }
}

/** In order of their start. */
function placeSpans(model: TraceModel): SpanNode[] {
  const nodes: SpanNode[] = []
  for (const { item: span, resource, scope, shiftNs } of model.spans.values()) {
    const startNs = span.startNs + shiftNs
    nodes.push({
      span,
      resource,
      scope,
      shiftNs,
      startNs,
      endNs: startNs + span.durationNs,
      isError: span.status.code === 'ERROR',
      parent: undefined,
      children: [],
      logs: [],
      depth: 0,
      isOrphan: false,
      wait: undefined,
    })
  }
  return nodes.sort((a, b) => a.startNs - b.startNs || (a.span.spanId < b.span.spanId ? -1 : 1))
}

function linkNodes(nodes: readonly SpanNode[], byId: ReadonlyMap<string, SpanNode>): SpanNode[] {
  const roots: SpanNode[] = []
  for (const node of nodes) {
    const { parentSpanId } = node.span
    const parent = parentSpanId === null ? undefined : byId.get(parentSpanId)
    if (parent) {
      node.parent = parent
      parent.children.push(node)
    } else {
      node.isOrphan = parentSpanId !== null
      roots.push(node)
    }
  }
  const reached = new Set<SpanNode>()
  for (const root of roots) setDepths(root, reached)
  // Whoever is not reached is part of a ring of parents, or below one: cut it where it starts.
  for (const node of nodes) {
    if (reached.has(node)) continue
    const siblings = node.parent?.children
    siblings?.splice(siblings.indexOf(node), 1)
    node.parent = undefined
    node.isOrphan = true
    roots.push(node)
    setDepths(node, reached)
  }
  return roots
}

function setDepths(root: SpanNode, reached: Set<SpanNode>): void {
  const stack = [root]
  for (let node = stack.pop(); node; node = stack.pop()) {
    reached.add(node)
    node.depth = node.parent ? node.parent.depth + 1 : 0
    stack.push(...node.children)
  }
}

/** In order of time; each also at its span. */
function placeLogs(
  model: TraceModel,
  byId: ReadonlyMap<string, SpanNode>,
  roots: readonly SpanNode[],
): LogNode[] {
  const logs = model.logs.map(
    ({ item: log, resource, scope, shiftNs }, number): LogNode => ({
      log,
      resource,
      scope,
      timeNs: log.timeNs + shiftNs,
      isError: log.severityNumber >= firstErrorSeverity,
      span: (log.spanId === null ? undefined : byId.get(log.spanId)) ?? roots[0],
      number,
    }),
  )
  logs.sort((a, b) => a.timeNs - b.timeNs || a.number - b.number)
  for (const log of logs) log.span?.logs.push(log)
  return logs
}

/** The producer is the parent, or one that the consumer links to. A gap below zero is a clock, not a wait. */
function queueWait(node: SpanNode, byId: ReadonlyMap<string, SpanNode>): QueueWait | undefined {
  if (node.span.kind !== 'CONSUMER') return undefined
  const candidates = [node.parent, ...node.span.links.map((link) => byId.get(link.spanId))]
  const producer = candidates.find((candidate) => candidate?.span.kind === 'PRODUCER')
  if (!producer || producer.endNs >= node.startNs) return undefined
  return { producer, startNs: producer.endNs, endNs: node.startNs }
}
