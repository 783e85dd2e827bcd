// Above the waterfall: which trace this is, how it went, and who took part.
import type { IncompleteReason } from '../api/trace-json.ts'
import { copyButton } from './detail-parts.ts'
import { type Child, element, routeLink, setVariable } from './dom.ts'
import { clock, count, duration, isoTime, plural } from './format.ts'
import { icon } from './icons.ts'
import type { ServiceColours } from './service-colours.ts'
import type { TraceModel } from './trace-model.ts'
import type { TraceTree } from './trace-tree.ts'

export interface HeadActions {
  readonly colours: ServiceColours
  readonly onService: (name: string) => void
  readonly onErrors: () => void
}

export function renderHead(model: TraceModel, tree: TraceTree, actions: HeadActions): HTMLElement {
  const root = tree.roots.find(({ isOrphan }) => !isOrphan) ?? tree.roots[0]
  const start = model.startTimeUnixNano
  const dot = element('i', { class: 'dot' })
  if (root) setVariable(dot, '--service', actions.colours.of(root.span.service))
  return element(
    'header',
    { class: 'trace-head' },
    element(
      'div',
      { class: 'title' },
      routeLink('/', { class: 'button quiet', 'aria-label': 'All traces' }, icon('back')),
      dot,
      element('span', { class: 'of' }, root?.span.service ?? ''),
      element('h1', {}, root ? root.span.name || '(no name)' : 'Logs only'),
      element('span', { class: 'took' }, duration(model.durationNs)),
      errors(tree, actions),
      completeness(model.reasons),
    ),
    element(
      'p',
      { class: 'facts-line' },
      element('time', { title: isoTime(start), datetime: isoTime(start) }, clock(start)),
      element('span', {}, plural(tree.byId.size, 'span')),
      element('span', {}, plural(tree.logs.length, 'log')),
      element(
        'span',
        { class: 'id' },
        model.traceId,
        copyButton('Copy the trace id', model.traceId),
      ),
    ),
    legend(tree, actions),
  )
}

function errors({ errorCount }: TraceTree, { onErrors }: HeadActions): Child {
  if (errorCount === 0) return undefined
  return element(
    'button',
    { class: 'badge error', type: 'button', title: 'Go to the next error (e)', onclick: onErrors },
    icon('error'),
    plural(errorCount, 'error'),
  )
}

function completeness(reasons: readonly IncompleteReason[]): HTMLElement {
  if (reasons.length === 0) {
    const why = 'A root, every parent, every consumer of what was produced'
    return element('span', { class: 'badge done', title: why }, icon('check'), 'complete')
  }
  return element(
    'details',
    { class: 'badge-box' },
    element('summary', { class: 'badge warn' }, 'incomplete'),
    element('ul', {}, ...reasons.map((reason) => element('li', {}, reasonText(reason)))),
  )
}

function reasonText(reason: IncompleteReason): string {
  switch (reason.code) {
    case 'no-root':
      return 'No root span has arrived.'
    case 'missing-parent': {
      const children = plural(reason.children.length, 'span')
      return `Span ${reason.parentSpanId}, the parent of ${children}, has not arrived.`
    }
    case 'producer-without-consumer':
      return `Nobody has consumed what “${reason.name}” produced.`
    case 'still-arriving':
      return 'Spans are still arriving.'
    case 'spans-dropped':
      return `${plural(reason.count, 'span')} did not fit into the limits of one trace.`
    case 'evicted-in-part':
      return 'An older part was evicted to make room.'
  }
}

function legend({ services }: TraceTree, { colours, onService }: HeadActions): HTMLElement {
  const entries = services.map(({ name, spans }) => {
    const entry = element(
      'button',
      {
        class: 'chip',
        type: 'button',
        title: `Search for the spans of ${name}`,
        onclick: () => onService(name),
      },
      element('i', { class: 'dot' }),
      element('span', { class: 'chip-name' }, name),
      element('span', { class: 'chip-count' }, count(spans)),
    )
    setVariable(entry, '--service', colours.of(name))
    return entry
  })
  return element('div', { class: 'legend', role: 'group', 'aria-label': 'Services' }, ...entries)
}
