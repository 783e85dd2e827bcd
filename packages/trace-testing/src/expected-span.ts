// Two ways to say what a trace must look like: as drawn text, or as a typed structure. Both become patterns.
import type { TraceTree, TreeNode } from './build-tree.ts'
import { type FormatOptions, formatSpan, formatValue } from './format-tree.ts'
import { type Cells, type ReadNode, readLayout } from './lay-out.ts'
import {
  type AttributeValue,
  type SpanKind,
  type SpanStatus,
  spanKinds,
  type TraceSpan,
} from './trace.ts'

export type ExpectedAttribute = AttributeValue | RegExp | ((value: AttributeValue) => boolean)

export interface ExpectedSpan {
  readonly name: string
  /** Not checked when absent; so is the service. */
  readonly kind?: SpanKind
  readonly service?: string
  /** UNSET when absent: an error nobody expected is never overlooked. */
  readonly status?: SpanStatus
  /** Those named must be there with these values; others may be there. */
  readonly attributes?: Readonly<Record<string, ExpectedAttribute>>
  /** Labels of the spans linked to; none when absent. */
  readonly links?: readonly string[]
  /** All of them, in any order; none when absent. */
  readonly children?: readonly ExpectedSpan[]
}

export type ExpectedTree = string | ExpectedSpan | readonly ExpectedSpan[]

export function span(name: string, fields: Omit<ExpectedSpan, 'name'> = {}): ExpectedSpan {
  return { name, ...fields }
}

export interface Pattern {
  /** How the expectation looks in a comparison. */
  readonly cells: Cells
  /** How a span looks to this pattern: only what it asks for. */
  readonly show: (node: TreeNode) => Cells
  readonly matches: (node: TreeNode) => boolean
  readonly children: readonly Pattern[]
}

export function patternsOf(
  expected: ExpectedTree,
  tree: TraceTree,
  options: FormatOptions,
): Pattern[] {
  const show = (node: TreeNode) => formatSpan(node, tree, options)
  if (typeof expected === 'string')
    return readLayout(expected).map((node) => textPattern(node, show))
  const spans = Array.isArray(expected) ? expected : [expected as ExpectedSpan]
  return spans.map((each: ExpectedSpan) => spanPattern(each, tree, options))
}

function textPattern({ cells, children }: ReadNode, show: (node: TreeNode) => Cells): Pattern {
  const [, kind, service] = cells
  if (service === undefined || !(spanKinds as readonly string[]).includes(kind ?? '')) {
    throw new Error(
      `Not a span: a line says name, kind and service, two spaces apart:\n${cells.join('  ')}`,
    )
  }
  return {
    cells,
    show,
    matches: (node) => sameCells(show(node), cells),
    children: children.map((child) => textPattern(child, show)),
  }
}

function spanPattern(expected: ExpectedSpan, tree: TraceTree, options: FormatOptions): Pattern {
  const { name, kind, service, status = 'UNSET', attributes = {}, links = [] } = expected
  const shown = Object.fromEntries(Object.keys(attributes).map((key) => [key, write]))
  const own = { ...options, attributes: shown, events: false }
  const show = (node: TreeNode) => formatSpan(node, tree, own)
  const shownLinks = links.map((link) => `→ ${link}`).sort()
  return {
    cells: [
      name,
      kind ?? '(any kind)',
      service ?? '(any service)',
      ...(status === 'UNSET' ? [] : [status]),
      ...Object.entries(attributes).map(([key, value]) => `${key}=${describe(value)}`),
      ...shownLinks,
    ],
    show,
    matches: (node) =>
      show(node)[0] === name &&
      (kind === undefined || node.span.kind === kind) &&
      (service === undefined || node.span.service === service) &&
      node.span.status === status &&
      sameAttributes(node.span, attributes) &&
      sameCells(
        show(node).filter((cell) => cell.startsWith('→ ')),
        shownLinks,
      ),
    children: (expected.children ?? []).map((child) => spanPattern(child, tree, options)),
  }
}

function sameAttributes(
  { attributes }: TraceSpan,
  expected: Readonly<Record<string, ExpectedAttribute>>,
): boolean {
  return Object.entries(expected).every(([key, wanted]) => {
    const value = attributes[key]
    if (value === undefined) return false
    if (typeof wanted === 'function') return wanted(value)
    if (wanted instanceof RegExp) return wanted.test(formatValue(value))
    return JSON.stringify(value) === JSON.stringify(wanted)
  })
}

function sameCells(a: Cells, b: Cells): boolean {
  return a.length === b.length && a.every((cell, index) => cell === b[index])
}

function describe(value: ExpectedAttribute): string {
  if (typeof value === 'function') return '(checked)'
  return value instanceof RegExp ? String(value) : write(value)
}

/** A text that looks like a value of another type has its quotes, or the two would look the same where they differ. */
function write(value: AttributeValue): string {
  const isAmbiguous = typeof value === 'string' && /^(-?\d|true$|false$|null$|[[{"])/.test(value)
  return isAmbiguous ? JSON.stringify(value) : formatValue(value)
}
