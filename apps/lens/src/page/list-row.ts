// One trace in the list: a link with columns.
import type { TraceSummaryJson } from '../api/trace-json.ts'
import { element, routeLink, setVariable } from './dom.ts'
import { clock, count, duration, isoTime, plural } from './format.ts'
import { icon } from './icons.ts'
import type { ServiceColours } from './service-colours.ts'
import { shortName } from './span-name.ts'

export interface ListLook {
  readonly colours: ServiceColours
  readonly longestNs: number
}

export function renderTraceRow(trace: TraceSummaryJson, look: ListLook): HTMLElement {
  const { traceId, startTimeUnixNano } = trace
  const row = routeLink(
    `/traces/${traceId}`,
    { class: 'trace-row', 'data-trace': traceId, 'aria-label': describe(trace) },
    element('span', { class: 'time', title: isoTime(startTimeUnixNano) }, clock(startTimeUnixNano)),
    traceName(trace, look),
    services(trace, look),
    element('span', { class: 'spans' }, count(trace.spanCount)),
    element(
      'span',
      { class: 'errors' },
      trace.errorCount > 0 && icon('error'),
      trace.errorCount > 0 && count(trace.errorCount),
    ),
    element('span', { class: 'logs' }, trace.logCount > 0 && count(trace.logCount)),
    durationCell(trace, look),
  )
  return element('li', {}, row)
}

function describe(trace: TraceSummaryJson): string {
  const parts = [
    trace.service,
    trace.name ?? 'only logs',
    clock(trace.startTimeUnixNano),
    duration(trace.durationNs),
    plural(trace.spanCount, 'span'),
    `services ${trace.services.map(({ name }) => name).join(' ')}`,
    trace.errorCount > 0 && plural(trace.errorCount, 'error'),
    !trace.complete && 'incomplete',
  ]
  return parts.filter(Boolean).join(', ')
}

function traceName(trace: TraceSummaryJson, { colours }: ListLook): HTMLElement {
  const dot = element('i', { class: 'dot' })
  if (trace.service !== null) setVariable(dot, '--service', colours.of(trace.service))
  return element(
    'span',
    { class: 'trace' },
    dot,
    element('b', { title: trace.name ?? '' }, shownName(trace)),
    element('span', { class: 'of' }, trace.service),
    !trace.complete && element('span', { class: 'tag' }, 'incomplete'),
  )
}

function shownName({ name, logCount }: TraceSummaryJson): string {
  return name === null ? `${plural(logCount, 'log')}, no span` : shortName(name)
}

function services(trace: TraceSummaryJson, { colours }: ListLook): HTMLElement {
  const chips = trace.services.map(({ name, spans, errors }) => {
    const chip = element(
      'span',
      { class: errors > 0 ? 'chip error' : 'chip', title: `${name}: ${plural(spans, 'span')}` },
      element('i', { class: 'dot' }),
      element('span', { class: 'chip-name' }, name),
    )
    setVariable(chip, '--service', colours.of(name))
    return chip
  })
  return element('span', { class: 'services' }, ...chips)
}

function durationCell({ durationNs }: TraceSummaryJson, { longestNs }: ListLook): HTMLElement {
  const cell = element(
    'span',
    { class: 'duration' },
    element('i', { class: 'share' }),
    element('span', {}, duration(durationNs)),
  )
  setVariable(cell, '--share', durationNs / longestNs)
  return cell
}
