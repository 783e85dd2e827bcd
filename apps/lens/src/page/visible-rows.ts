// The lines of the waterfall, top to bottom: what is not collapsed, with the logs in their place if wanted.
import type { LogNode, SpanNode, TraceTree } from './trace-tree.ts'

export interface RowPlace {
  /** Stays the same while spans arrive; also the end of the element's id. */
  readonly key: string
  /** As ARIA counts: from 1. */
  readonly level: number
  readonly position: number
  readonly siblings: number
}

export interface SpanRow extends RowPlace {
  readonly type: 'span'
  readonly node: SpanNode
  /** `undefined`: nothing below it. */
  readonly isExpanded: boolean | undefined
}

export interface LogRow extends RowPlace {
  readonly type: 'log'
  readonly log: LogNode
}

export type Row = SpanRow | LogRow
type Item = SpanNode | LogNode

export function visibleRows(
  tree: TraceTree,
  collapsed: ReadonlySet<string>,
  withLogs: boolean,
): Row[] {
  const rows: Row[] = []
  const stack: { items: readonly Item[]; next: number; level: number }[] = [
    { items: tree.roots, next: 0, level: 1 },
  ]
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const item = top.items[top.next]
    if (!item) {
      stack.pop()
      continue
    }
    top.next += 1
    const place = { level: top.level, position: top.next, siblings: top.items.length }
    if ('log' in item) {
      rows.push({ type: 'log', key: `log-${item.number}`, log: item, ...place })
      continue
    }
    const below = itemsBelow(item, withLogs)
    const isExpanded = below.length === 0 ? undefined : !collapsed.has(item.span.spanId)
    rows.push({ type: 'span', key: item.span.spanId, node: item, isExpanded, ...place })
    if (isExpanded) stack.push({ items: below, next: 0, level: top.level + 1 })
  }
  return rows
}

function itemsBelow(node: SpanNode, withLogs: boolean): readonly Item[] {
  if (!withLogs || node.logs.length === 0) return node.children
  return [...node.children, ...node.logs].sort((a, b) => startOf(a) - startOf(b))
}

function startOf(item: Item): number {
  return 'log' in item ? item.timeNs : item.startNs
}

export function spanOf(row: Row): SpanNode | undefined {
  return row.type === 'span' ? row.node : row.log.span
}
