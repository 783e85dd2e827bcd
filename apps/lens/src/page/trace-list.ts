// The newest traces, live. While the pointer or the focus is among them, new ones wait; the answer to a search is
// asked for again as a whole whenever something changes.
import type { TraceListJson, TraceSummaryJson } from '../api/trace-json.ts'
import { fetchJson, listen } from './api-client.ts'
import { element } from './dom.ts'
import { plural } from './format.ts'
import { emptyStore, nothingFound } from './list-empty.ts'
import { renderTraceRow } from './list-row.ts'
import { ServiceColours } from './service-colours.ts'
import type { Shell } from './shell.ts'
import type { View } from './view.ts'

const mostRows = 200
const typingPauseMs = 150

export function openList(shell: Shell, url: URL): View {
  const colours = new ServiceColours()
  const summaries = new Map<string, TraceSummaryJson>()
  const waiting = new Map<string, TraceSummaryJson>()
  let query = url.searchParams.get('q') ?? ''
  let typing: ReturnType<typeof setTimeout> | undefined
  let nextTry = 0
  let isRendering = false

  const search = element('input', {
    type: 'search',
    class: 'search',
    placeholder: 'Search traces   name  service:core  status:error  key=value',
    'aria-label': 'Search traces',
    'aria-keyshortcuts': '/',
    spellcheck: 'false',
    autocomplete: 'off',
    value: query,
  })
  const errorsOnly = element('button', { class: 'button', type: 'button' }, 'Errors only')
  const pill = element('span', { class: 'pill', role: 'status' })
  const list = element('ol', { class: 'traces', 'aria-label': 'Traces, newest first' })
  const placeholder = element('div')
  const head = element(
    'div',
    { class: 'trace-row head', 'aria-hidden': 'true' },
    ...['Time', 'Trace', 'Services', 'Spans', 'Errors', 'Logs', 'Duration'].map((title) =>
      element('span', { class: title.toLowerCase() }, title),
    ),
  )
  const controls = element('div', { class: 'controls' }, search, errorsOnly, pill)
  const content = element('div', { class: 'list-view' }, controls, head, list, placeholder)
  shell.view.replaceChildren(content)
  document.title = 'lens'

  search.addEventListener('input', () => {
    clearTimeout(typing)
    typing = setTimeout(() => setQuery(search.value), typingPauseMs)
  })
  errorsOnly.addEventListener('click', () => {
    const words = query.split(/\s+/).filter((word) => word && word !== 'status:error')
    setQuery((hasErrorFilter() ? words : [...words, 'status:error']).join(' '))
    search.value = query
  })
  list.addEventListener('pointerleave', takeWaiting)
  list.addEventListener('focusout', ({ relatedTarget }) => {
    // A row with the focus that is replaced loses it, and gets it back.
    if (!isRendering && !list.contains(relatedTarget as Node | null)) takeWaiting()
  })

  function hasErrorFilter(): boolean {
    return query.split(/\s+/).includes('status:error')
  }

  function setQuery(next: string): void {
    query = next.trim()
    history.replaceState(null, '', query ? `/?q=${encodeURIComponent(query)}` : '/')
    void load()
  }

  async function load(): Promise<void> {
    const asked = query
    const path = `/api/traces?limit=${mostRows}&q=${encodeURIComponent(query)}`
    const { traces } = await fetchJson<TraceListJson>(path)
    // A later search has overtaken this one.
    if (asked !== query) return
    summaries.clear()
    waiting.clear()
    for (const summary of traces) summaries.set(summary.traceId, summary)
    render()
  }

  function take(changed: readonly TraceSummaryJson[]): void {
    const isHeld = list.matches(':hover, :focus-within')
    for (const summary of changed) {
      if (isHeld && !summaries.has(summary.traceId)) waiting.set(summary.traceId, summary)
      else summaries.set(summary.traceId, summary)
    }
    render()
    if (changed.length > 0)
      shell.announce(plural(changed.length, 'trace changed', 'traces changed'))
  }

  function takeWaiting(): void {
    if (waiting.size === 0) return
    for (const [traceId, summary] of waiting) summaries.set(traceId, summary)
    waiting.clear()
    render()
  }

  function render(): void {
    cancelAnimationFrame(nextTry)
    // A row that is replaced between press and release gets no click.
    if (list.matches(':active')) {
      nextTry = requestAnimationFrame(render)
      return
    }
    const newest = [...summaries.values()].sort(byStart)
    for (const { traceId } of newest.splice(mostRows)) summaries.delete(traceId)
    // The first traces name the services in the order in which they call each other.
    for (const { services } of newest.toReversed())
      for (const { name } of services) colours.of(name)
    const longestNs = Math.max(1, ...newest.map(({ durationNs }) => durationNs))
    const focused = document.activeElement?.closest<HTMLElement>('[data-trace]')?.dataset.trace
    isRendering = true
    list.replaceChildren(
      ...newest.map((summary) => renderTraceRow(summary, { colours, longestNs })),
    )
    list.querySelector<HTMLElement>(`[data-trace="${focused}"]`)?.focus()
    isRendering = false
    placeholder.replaceChildren(
      newest.length > 0 ? '' : query ? nothingFound(query) : emptyStore(location.origin),
    )
    head.hidden = newest.length === 0
    errorsOnly.setAttribute('aria-pressed', String(hasErrorFilter()))
    pill.textContent = waiting.size > 0 ? `${plural(waiting.size, 'new trace')} ↑` : ''
  }

  const stop = listen('/api/events', {
    onOpen: () => void load(),
    onState: (state) => shell.setState(state),
    onStats: (stats) => shell.setStats(stats),
    onTraces: ({ changed, removed }) => {
      for (const traceId of removed) {
        summaries.delete(traceId)
        waiting.delete(traceId)
      }
      if (query) void load()
      else take(changed)
    },
  })

  function moveFocus(step: (index: number, last: number) => number): void {
    const rows = [...list.querySelectorAll<HTMLElement>('[data-trace]')]
    const index = rows.indexOf(document.activeElement as HTMLElement)
    rows[step(index, rows.length - 1)]?.focus()
  }

  const keys: Readonly<Record<string, () => void>> = {
    '/': () => search.focus(),
    ArrowDown: () => moveFocus((index, last) => Math.min(index + 1, last)),
    ArrowUp: () => moveFocus((index) => Math.max(index - 1, 0)),
    Home: () => moveFocus(() => 0),
    End: () => moveFocus((_, last) => last),
    Escape: () => {
      search.value = ''
      search.blur()
      if (query) setQuery('')
    },
  }

  return {
    onKey(event) {
      const action = keys[event.key]
      if (!action) return
      event.preventDefault()
      action()
    },
    goTo: (next) => {
      if (next.pathname !== '/') return false
      query = next.searchParams.get('q') ?? ''
      search.value = query
      void load()
      return true
    },
    onTheme() {},
    close() {
      clearTimeout(typing)
      cancelAnimationFrame(nextTry)
      stop()
    },
  }
}

function byStart(a: TraceSummaryJson, b: TraceSummaryJson): number {
  const later = BigInt(b.startTimeUnixNano) - BigInt(a.startTimeUnixNano)
  if (later !== 0n) return later > 0n ? 1 : -1
  return a.traceId < b.traceId ? -1 : 1
}
