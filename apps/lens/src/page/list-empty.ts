// What the list says when it has nothing to show.
import { element } from './dom.ts'

export function emptyStore(origin: string): HTMLElement {
  return element(
    'div',
    { class: 'empty' },
    element('h2', {}, 'No traces yet'),
    element('p', {}, 'Send OTLP over HTTP here, or to port 4318, and they appear at once:'),
    element('pre', {}, `OTEL_EXPORTER_OTLP_ENDPOINT=${origin} OTEL_METRICS_EXPORTER=none`),
  )
}

export function nothingFound(query: string): HTMLElement {
  return element(
    'div',
    { class: 'empty' },
    element('h2', {}, 'Nothing found'),
    element('p', {}, 'No trace here matches ', element('code', {}, query), '.'),
  )
}
