// A trace as text that a person can read and two runs can share: no ids, no ports, no times.
import {
  compare,
  compareTimes,
  type ResolvedLink,
  type TraceTree,
  type TreeNode,
} from './build-tree.ts'
import { type Cells, type LineNode, layOut } from './lay-out.ts'
import type { AttributeValue, TraceSpan } from './trace.ts'

/** Gives the text of a value, or undefined to leave the attribute out. */
export type ShowAttribute = (value: AttributeValue, span: TraceSpan) => string | undefined

export interface FormatOptions {
  /** The attributes to show, in this order. A function replaces values that vary from run to run. */
  readonly attributes?: readonly string[] | Readonly<Record<string, true | ShowAttribute>>
  /** What to call a span, on its line and where a link points to it. Its name unless told otherwise. */
  readonly label?: (span: TraceSpan) => string
  /** Names of events after the attributes. */
  readonly events?: boolean
  /**
   * `start` tells the story of one run. `name` gives the same text for every run of the same shape: clocks tick in
   * milliseconds, so the order of two quick siblings is a matter of luck.
   */
  readonly order?: 'start' | 'name'
}

interface Drawn extends LineNode {
  readonly children: readonly Drawn[]
  readonly span: TraceSpan
  /** The subtree as text, to break ties in a way that another run would break them, too. */
  readonly key: string
}

export function formatTree(tree: TraceTree, options: FormatOptions = {}): string {
  const drawn = [...tree.roots, ...tree.orphans].map((node) => draw(node, tree, options))
  return layOut(drawn.sort(siblingOrder(options)))
}

/** The line of one span. */
export function formatSpan(node: TreeNode, tree: TraceTree, options: FormatOptions): Cells {
  const { span, links } = node
  const { label = nameOf } = options
  return [
    (tree.orphans.includes(node) ? '(orphan) ' : '') + label(span),
    span.kind,
    span.service,
    ...(span.status === 'UNSET' ? [] : [span.status]),
    ...shownAttributes(span, options.attributes ?? []),
    ...(options.events ? span.events.map(({ name }) => `* ${name}`) : []),
    ...links.map((link) => formatLink(link, tree, label)).sort(),
  ].map(cell)
}

function formatLink(link: ResolvedLink, tree: TraceTree, label: (span: TraceSpan) => string) {
  if (link.span !== undefined) return `→ ${label(link.span)}`
  return link.traceId === tree.trace.traceId ? '→ unknown span' : '→ another trace'
}

function shownAttributes(
  span: TraceSpan,
  chosen: NonNullable<FormatOptions['attributes']>,
): string[] {
  const choices = Array.isArray(chosen)
    ? chosen.map((key): [string, true] => [key, true])
    : Object.entries(chosen as Exclude<typeof chosen, readonly string[]>)
  return choices.flatMap(([key, show]) => {
    const value = span.attributes[key]
    if (value === undefined) return []
    const text = show === true ? formatValue(value) : show(value, span)
    return text === undefined ? [] : [`${key}=${text}`]
  })
}

export function formatValue(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function nameOf({ name }: TraceSpan): string {
  return name
}

/** What tells lines, columns and depths apart may not come out of a span. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[│├└]/g, '|').trim() || '(empty)'
}

function draw(node: TreeNode, tree: TraceTree, options: FormatOptions): Drawn {
  const cells = formatSpan(node, tree, options)
  const children = node.children
    .map((child) => draw(child, tree, options))
    .sort(siblingOrder(options))
  const key = `${cells.join('\t')}(${children
    .map((child) => child.key)
    .sort()
    .join('\n')})`
  return { lines: [{ cells }], children, span: node.span, key }
}

function siblingOrder({ order = 'start' }: FormatOptions): (a: Drawn, b: Drawn) => number {
  return (a, b) => (order === 'start' && compareTimes(a.span, b.span)) || compare(a.key, b.key)
}
