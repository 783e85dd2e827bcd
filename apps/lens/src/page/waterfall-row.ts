// One line of the waterfall: what and where on the left, when and how long on the right.
import { element, setVariable } from './dom.ts'
import { count, duration, offset, plural } from './format.ts'
import { icon, kindWords } from './icons.ts'
import type { ServiceColours } from './service-colours.ts'
import { nameParts } from './span-name.ts'
import { text } from './span-search.ts'
import { fraction, type TimeRange } from './time-axis.ts'
import type { LogNode, SpanNode } from './trace-tree.ts'
import type { LogRow, Row, SpanRow } from './visible-rows.ts'

export interface RowLook {
  readonly range: TimeRange
  readonly colours: ServiceColours
  readonly selected: string | undefined
  /** `undefined` while nothing is searched for. */
  readonly matches: ((node: SpanNode) => boolean) | undefined
}

/** More marks on one bar than pixels help nobody. */
const mostMarks = 200

export function rowId(key: string): string {
  return `row-${key}`
}

export function renderRow(row: Row, index: number, look: RowLook): HTMLElement {
  const isSpan = row.type === 'span'
  const node = isSpan ? row.node : row.log.span
  const isDim = look.matches !== undefined && !(node && look.matches(node))
  const isError = isSpan ? row.node.isError : row.log.isError
  const line = element(
    'div',
    {
      class: ['line', row.type, isError && 'error', isDim && 'dim'].filter(Boolean).join(' '),
      id: rowId(row.key),
      role: 'row',
      'data-index': index,
      'aria-level': row.level,
      'aria-posinset': row.position,
      'aria-setsize': row.siblings,
      'aria-rowindex': index + 2,
      'aria-expanded': isSpan && row.isExpanded !== undefined ? String(row.isExpanded) : undefined,
      'aria-selected': String(row.key === look.selected),
      'aria-label': isSpan ? describeSpan(row.node) : describeLog(row.log),
    },
    ...(isSpan ? spanCells(row, look) : logCells(row, look)),
  )
  const service = isSpan ? row.node.span.service : row.log.log.service
  setVariable(line, '--service', look.colours.of(service))
  setVariable(line, '--indent', Math.min(row.level - 1, 30))
  return line
}

function describeSpan({ span, isError, isOrphan, logs, wait }: SpanNode): string {
  const parts = [
    span.service,
    span.name,
    kindWords[span.kind],
    duration(span.durationNs),
    isError && 'error',
    isOrphan && 'parent missing',
    wait && `waited ${duration(wait.endNs - wait.startNs)}`,
    logs.length > 0 && plural(logs.length, 'log'),
  ]
  return parts.filter(Boolean).join(', ')
}

function describeLog({ log, timeNs }: LogNode): string {
  return `log, ${log.severity}, ${text(log.body)}, ${offset(timeNs)}`
}

function spanCells({ node, isExpanded }: SpanRow, look: RowLook): HTMLElement[] {
  const { span } = node
  const name = element(
    'div',
    { class: 'cell name', role: 'gridcell' },
    toggle(node, isExpanded),
    element('span', { class: 'kind', title: kindWords[span.kind] }, icon(span.kind)),
    ...nameParts(span.name),
    element('span', { class: 'of', title: span.service }, span.service),
    node.isOrphan &&
      element('span', { class: 'tag warn', title: 'Its parent has not arrived' }, 'parent missing'),
  )
  return [name, timeCell(node, look)]
}

function toggle(node: SpanNode, isExpanded: boolean | undefined): HTMLElement {
  if (isExpanded === undefined) return element('span', { class: 'toggle' })
  const below = isExpanded ? '' : count(node.children.length)
  // The treegrid has the keys; this is for pointers.
  return element(
    'span',
    { class: isExpanded ? 'toggle open' : 'toggle', 'data-toggle': true, title: below },
    icon('open'),
  )
}

function timeCell(node: SpanNode, { range }: RowLook): HTMLElement {
  const from = fraction(range, node.startNs)
  const to = fraction(range, node.endNs)
  const bar = element('span', { class: 'stretch' })
  place(bar, from, to)
  const cell = element('div', { class: 'cell time', role: 'gridcell' })
  if (node.wait) {
    const waited = duration(node.wait.endNs - node.wait.startNs)
    const wait = element('span', { class: 'wait', title: `waited ${waited} in the queue` })
    place(wait, fraction(range, node.wait.startNs), from)
    cell.append(wait)
  }
  cell.append(bar, barLabel(node, from, to))
  for (const event of node.span.events.slice(0, mostMarks)) {
    const at = fraction(range, event.timeNs + node.shiftNs)
    cell.append(mark('event', at, event.name))
  }
  for (const { log, timeNs, isError } of node.logs.slice(0, mostMarks)) {
    const kind = isError ? 'log-mark error' : 'log-mark'
    cell.append(mark(kind, fraction(range, timeNs), `${log.severity} ${text(log.body)}`))
  }
  return cell
}

/** After the bar if there is room, else before it, else upon it. */
function barLabel(node: SpanNode, from: number, to: number): HTMLElement {
  const hasRoomBefore = from > 0.14 && !node.wait
  const side = to < 0.86 ? 'after' : hasRoomBefore ? 'before' : 'within'
  const label = element(
    'span',
    { class: `length ${side}` },
    node.isError && icon('error', 'error'),
    duration(node.span.durationNs),
  )
  setVariable(label, '--at', clamp(side === 'after' ? to : from))
  return label
}

function mark(kind: string, at: number, title: string): HTMLElement {
  const created = element('span', { class: kind, title })
  setVariable(created, '--at', at)
  return created
}

function place(target: HTMLElement, from: number, to: number): void {
  // Far outside is as good as just outside, and layout stays within numbers it can handle.
  setVariable(target, '--from', clamp(from))
  setVariable(target, '--width', Math.max(0, clamp(to) - clamp(from)))
}

function clamp(at: number): number {
  return Math.min(Math.max(at, -0.5), 1.5)
}

function logCells({ log }: LogRow, { range }: RowLook): HTMLElement[] {
  const message = text(log.log.body)
  const name = element(
    'div',
    { class: 'cell name', role: 'gridcell' },
    element('span', { class: 'toggle' }),
    element('span', { class: 'severity' }, log.log.severity || 'LOG'),
    element('span', { class: 'label', title: message }, message),
  )
  const time = element(
    'div',
    { class: 'cell time', role: 'gridcell' },
    mark(log.isError ? 'log-mark error' : 'log-mark', fraction(range, log.timeNs), message),
  )
  return [name, time]
}
