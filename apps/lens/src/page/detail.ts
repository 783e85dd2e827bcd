// The panel beside the waterfall: everything lens knows of one span, or of one log.
import type { EventJson, SpanReference } from '../api/trace-json.ts'
import { attributeTable, copyButton, facts, folded, pretty, section } from './detail-parts.ts'
import { type Child, element, routeLink, setVariable } from './dom.ts'
import { count, duration, isoTime, offset } from './format.ts'
import { icon, kindWords } from './icons.ts'
import type { ServiceColours } from './service-colours.ts'
import { shortName } from './span-name.ts'
import type { LogNode, SpanNode, TraceTree } from './trace-tree.ts'
import type { Row } from './visible-rows.ts'

export interface DetailContext {
  readonly traceId: string
  readonly startTimeUnixNano: string
  readonly tree: TraceTree
  readonly colours: ServiceColours
  readonly onClose: () => void
}

export function renderDetail(row: Row, context: DetailContext): HTMLElement {
  const content = row.type === 'span' ? spanDetail(row.node, context) : logDetail(row.log, context)
  const service = row.type === 'span' ? row.node.span.service : row.log.log.service
  const panel = element('aside', { class: 'detail', 'aria-label': 'Details' }, ...content)
  setVariable(panel, '--service', context.colours.of(service))
  return panel
}

function heading(sign: Child, title: string, service: string, context: DetailContext): HTMLElement {
  return element(
    'header',
    {},
    element('span', { class: 'kind' }, sign),
    element('h2', {}, title || '(no name)'),
    element(
      'button',
      {
        class: 'button quiet',
        type: 'button',
        'aria-label': 'Close the details',
        'aria-keyshortcuts': 'Escape',
        onclick: context.onClose,
      },
      icon('close'),
    ),
    element('p', { class: 'service' }, service),
  )
}

function spanDetail(node: SpanNode, context: DetailContext): Child[] {
  const { span } = node
  return [
    heading(icon(span.kind), span.name, span.service, context),
    node.parent && path(node, context),
    node.isError && element('p', { class: 'failure' }, icon('error'), errorText(node)),
    facts(
      ['Took', duration(span.durationNs)],
      ['Started', offset(node.startNs)],
      ['At', isoTime(absolute(context, node.startNs))],
      ['Kind', kindWords[span.kind]],
      ['Waited', node.wait && waitText(node, context)],
      ['Status', span.status.code === 'UNSET' ? undefined : span.status.code],
      ['Parent', node.isOrphan && element('span', {}, `${span.parentSpanId} (not here)`)],
      ['Span', withCopy('Copy the span id', span.spanId)],
    ),
    section(
      'Attributes',
      note(Object.keys(span.attributes).length),
      attributeTable(span.attributes),
    ),
    span.events.length > 0 &&
      section(
        'Events',
        note(span.events.length),
        ...span.events.map((event) => eventItem(event, node)),
      ),
    links(span, context),
    node.logs.length > 0 &&
      section('Logs', note(node.logs.length), ...node.logs.map((log) => logItem(log))),
    span.dropped && element('p', { class: 'hint' }, droppedText(span.dropped)),
    folded('Resource', attributeTable(node.resource.attributes)),
    folded('Scope', facts(['Name', node.scope.name], ['Version', node.scope.version])),
  ]
}

function errorText({ span }: SpanNode): string {
  const type = span.attributes['error.type']
  return span.status.message || (typeof type === 'string' ? type : 'failed, without a message')
}

/** From the root to here; each step leads to its span. */
function path(node: SpanNode, context: DetailContext): HTMLElement {
  const above: SpanNode[] = []
  for (let step = node.parent; step && above.length < 12; step = step.parent) above.unshift(step)
  return element(
    'nav',
    { class: 'path', 'aria-label': 'Spans above' },
    ...above.map((step) =>
      spanLink(shortName(step.span.name), { ...context, spanId: step.span.spanId }),
    ),
  )
}

function spanLink(label: string, to: SpanReference): HTMLElement {
  const { traceId, spanId } = to
  const href = `/traces/${encodeURIComponent(traceId)}?span=${encodeURIComponent(spanId)}`
  return routeLink(href, { class: 'to-span', title: label }, label || '(no name)')
}

function waitText({ wait }: SpanNode, context: DetailContext): Child {
  if (!wait) return undefined
  const { span } = wait.producer
  const waited = `${duration(wait.endNs - wait.startNs)} in the queue, after `
  return element('span', {}, waited, spanLink(span.name, { ...context, spanId: span.spanId }))
}

function links(span: SpanNode['span'], context: DetailContext): Child {
  if (span.links.length + span.linkedFrom.length === 0) return undefined
  const item = (direction: string, to: SpanReference, more?: Child) => {
    const target = to.traceId === context.traceId ? context.tree.byId.get(to.spanId) : undefined
    const label = target?.span.name ?? `${to.spanId} in trace ${to.traceId}`
    return element('div', { class: 'item' }, element('b', {}, direction), spanLink(label, to), more)
  }
  return section(
    'Links',
    note(span.links.length + span.linkedFrom.length),
    ...span.links.map((link) => item('to', link, attributeTable(link.attributes))),
    ...span.linkedFrom.map((from) => item('from', from)),
  )
}

function eventItem(event: EventJson, node: SpanNode): HTMLElement {
  return element(
    'div',
    { class: 'item' },
    element('span', { class: 'when' }, offset(event.timeNs + node.shiftNs)),
    element('b', {}, event.name),
    attributeTable(event.attributes),
  )
}

function logItem({ log, timeNs, isError }: LogNode): HTMLElement {
  const attributeCount = Object.keys(log.attributes).length
  return element(
    'div',
    { class: isError ? 'item error' : 'item' },
    element('span', { class: 'when' }, offset(timeNs)),
    element('b', { class: 'severity' }, log.severity || 'LOG'),
    element('p', { class: 'body' }, pretty(log.body)),
    attributeCount > 0 && folded(note(attributeCount, 'attribute'), attributeTable(log.attributes)),
  )
}

function logDetail(node: LogNode, context: DetailContext): Child[] {
  const { log, span } = node
  return [
    heading(icon('log'), log.eventName ?? 'Log record', log.service, context),
    element('p', { class: 'body' }, pretty(log.body)),
    facts(
      ['Severity', log.severity],
      ['Written', offset(node.timeNs)],
      ['At', isoTime(absolute(context, node.timeNs))],
      ['Within', span && spanLink(span.span.name, { ...context, spanId: span.span.spanId })],
    ),
    section('Attributes', note(Object.keys(log.attributes).length), attributeTable(log.attributes)),
    folded('Resource', attributeTable(node.resource.attributes)),
  ]
}

function withCopy(label: string, text: string): HTMLElement {
  return element('span', { class: 'id' }, text, copyButton(label, text))
}

function absolute(context: DetailContext, ns: number): string {
  return (BigInt(context.startTimeUnixNano) + BigInt(Math.round(ns))).toString()
}

function note(items: number, noun = ''): string {
  return noun ? `${count(items)} ${items === 1 ? noun : `${noun}s`}` : count(items)
}

function droppedText(dropped: NonNullable<SpanNode['span']['dropped']>): string {
  const parts = Object.entries(dropped).filter(([, number]) => number > 0)
  return `Left out: ${parts.map(([what, number]) => `${count(number)} ${what}`).join(', ')}.`
}
