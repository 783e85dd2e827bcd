// One trace: head, small picture, search, waterfall and details, kept up to date while spans arrive.
import type { TraceJson } from '../api/trace-json.ts'
import { ApiError, fetchJson, listen } from './api-client.ts'
import { renderDetail } from './detail.ts'
import { element } from './dom.ts'
import { plural } from './format.ts'
import { Minimap } from './minimap.ts'
import { ServiceColours } from './service-colours.ts'
import type { Shell } from './shell.ts'
import { renderHead } from './trace-head.ts'
import { TraceModel } from './trace-model.ts'
import { TraceSearch } from './trace-search.ts'
import { buildTree, type SpanNode } from './trace-tree.ts'
import type { View } from './view.ts'
import { type Row, spanOf, visibleRows } from './visible-rows.ts'
import { Waterfall } from './waterfall.ts'

const zoomFactor = 2

export function openTrace(
  shell: Shell,
  traceId: string,
  url: URL,
  navigate: (href: string) => void,
): View {
  const model = new TraceModel()
  const colours = new ServiceColours()
  let wantedSpan = url.searchParams.get('span')
  let detailOf: Row | undefined
  let isLoading = false
  let isBehind = false

  const minimap = new Minimap({ colours, onZoom: (range) => waterfall.zoom(range) })
  const waterfall = new Waterfall({
    colours,
    onSelect(row) {
      rememberInAddress(row)
      if (detailOf) openDetail(row)
    },
    onOpen: openDetail,
    onRange: (range) => minimap.mark(range),
  })
  const search = new TraceSearch({
    onSearch(matches) {
      waterfall.search(matches)
      return matches ? inOrder().filter(matches).length : 0
    },
    onStep: (direction) => stepTo(search.matches, direction),
    onLogs: (withLogs) => {
      waterfall.withLogs = withLogs
    },
    onCollapse: (isCollapsed) => (isCollapsed ? waterfall.collapseAll() : waterfall.expandAll()),
  })
  const head = element('div')
  const body = element('div', { class: 'trace-body' }, waterfall.element)
  const content = element(
    'div',
    { class: 'trace-view' },
    head,
    minimap.element,
    search.element,
    body,
  )
  const message = element('p', { class: 'empty', role: 'status' }, 'Loading …')
  shell.view.replaceChildren(message)

  /** Depth first, nothing collapsed: the order in which people read. */
  function inOrder(): SpanNode[] {
    const rows = waterfall.tree ? visibleRows(waterfall.tree, new Set(), false) : []
    return rows.flatMap((row) => (row.type === 'span' ? [row.node] : []))
  }

  async function load(): Promise<void> {
    if (isLoading) {
      isBehind = true
      return
    }
    isLoading = true
    try {
      do {
        isBehind = false
        const since = model.revision < 0 ? '' : `?since=${model.revision}`
        const answer = await fetchJson<TraceJson>(`/api/traces/${traceId}${since}`)
        // A line that is replaced between press and release gets no click.
        while (waterfall.element.matches(':active')) await new Promise(requestAnimationFrame)
        apply(answer)
      } while (isBehind)
    } catch (err) {
      if (!(err instanceof ApiError)) throw err
      const isWaiting = err.status === 404 && model.revision < 0
      if (isWaiting) message.textContent = 'Nothing of this trace has come yet. Waiting for it …'
      else shell.announce(err.message)
    } finally {
      isLoading = false
    }
  }

  function apply(answer: TraceJson): void {
    const isFirst = model.revision < 0
    model.apply(answer)
    const tree = buildTree(model)
    for (const { name } of tree.services) colours.of(name)
    document.title = `${tree.roots[0]?.span.name ?? 'logs'} · lens`
    head.replaceChildren(
      renderHead(model, tree, {
        colours,
        onService: (name) => search.set(`service:${name}`),
        onErrors: () => stepTo(({ isError }) => isError, 1),
      }),
    )
    waterfall.show(tree)
    minimap.show(tree)
    minimap.mark(waterfall.range)
    search.refresh()
    if (isFirst) {
      shell.view.replaceChildren(content)
      waterfall.redraw()
      waterfall.element.focus({ preventScroll: true })
    } else shell.announce(`${plural(answer.spans.length, 'span')} more`)
    if (wantedSpan !== null) showWanted()
    else if (detailOf) openDetail(waterfall.selectedRow)
  }

  /** The span that the address names, as soon as it is here. */
  function showWanted(): void {
    const node = waterfall.tree?.byId.get(wantedSpan ?? '')
    if (!node) return
    wantedSpan = null
    waterfall.reveal(node)
    openDetail(waterfall.selectedRow)
  }

  function openDetail(row: Row | undefined): void {
    if (!row || !waterfall.tree) return
    const { startTimeUnixNano } = model
    const panel = renderDetail(row, {
      traceId,
      startTimeUnixNano,
      tree: waterfall.tree,
      colours,
      onClose: closeDetail,
    })
    const isSame = detailOf?.key === row.key
    const scrolled = isSame ? body.querySelector('.detail')?.scrollTop : 0
    detailOf = row
    body.querySelector('.detail')?.remove()
    body.append(panel)
    body.classList.add('with-detail')
    panel.scrollTop = scrolled ?? 0
    waterfall.keepSelectedInSight()
  }

  function closeDetail(): void {
    detailOf = undefined
    body.classList.remove('with-detail')
    body.querySelector('.detail')?.remove()
    waterfall.element.focus({ preventScroll: true })
  }

  function rememberInAddress(row: Row | undefined): void {
    const span = row && spanOf(row)
    const query = span ? `?span=${span.span.spanId}` : ''
    history.replaceState(null, '', `/traces/${traceId}${query}`)
  }

  function stepTo(matches: ((node: SpanNode) => boolean) | undefined, direction: 1 | -1): void {
    const order = inOrder()
    const row = waterfall.selectedRow
    const from = row ? order.indexOf(spanOf(row) as SpanNode) : direction === 1 ? -1 : 0
    for (let step = 1; step <= order.length && matches; step++) {
      const node = order[(from + direction * step + order.length * 2) % order.length]
      if (!node || !matches(node)) continue
      waterfall.reveal(node)
      return
    }
  }

  function zoom(factor: number): void {
    const { fromNs, toNs } = waterfall.range
    const row = waterfall.selectedRow
    const span = row && spanOf(row)
    const middle = span ? (span.startNs + span.endNs) / 2 : (fromNs + toNs) / 2
    const half = ((toNs - fromNs) / 2) * factor
    waterfall.zoom({ fromNs: middle - half, toNs: middle + half })
  }

  const stop = listen(`/api/events?trace=${traceId}`, {
    onOpen: () => void load(),
    onState: (state) => shell.setState(state),
    onStats: (stats) => shell.setStats(stats),
    onTraces: ({ removed }) => {
      if (removed.includes(traceId)) shell.setState('evicted')
      else void load()
    },
  })

  const keys: Readonly<Record<string, () => void>> = {
    '/': () => search.focus(),
    n: () => stepTo(search.matches, 1),
    N: () => stepTo(search.matches, -1),
    e: () => stepTo(({ isError }) => isError, 1),
    E: () => stepTo(({ isError }) => isError, -1),
    l: () => search.toggleLogs(),
    x: () => search.toggleCollapse(),
    '+': () => zoom(1 / zoomFactor),
    '-': () => zoom(zoomFactor),
    '0': () => waterfall.zoom(undefined),
    ArrowDown: () => waterfall.element.focus(),
    ArrowUp: () => waterfall.element.focus(),
    Escape: () => {
      if (search.isActive) {
        search.set('')
        waterfall.element.focus({ preventScroll: true })
      } else if (detailOf) closeDetail()
      else navigate('/')
    },
  }

  return {
    onKey(event) {
      const action = keys[event.key]
      if (!action) return
      event.preventDefault()
      action()
    },
    goTo(next) {
      if (next.pathname.toLowerCase() !== `/traces/${traceId}`) return false
      wantedSpan = next.searchParams.get('span')
      if (wantedSpan !== null) showWanted()
      return true
    },
    onTheme() {
      minimap.forgetColours()
    },
    close: stop,
  }
}
