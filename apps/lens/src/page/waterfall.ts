// The waterfall: an ARIA treegrid with one tab stop. The selected line is the active one.
import { element } from './dom.ts'
import type { ServiceColours } from './service-colours.ts'
import { splitter } from './splitter.ts'
import { clampRange, type TimeRange } from './time-axis.ts'
import { TimeRuler } from './time-ruler.ts'
import type { SpanNode, TraceTree } from './trace-tree.ts'
import { VirtualRows } from './virtual-rows.ts'
import { type Row, spanOf, visibleRows } from './visible-rows.ts'
import { renderRow, rowId } from './waterfall-row.ts'

const rowHeight = 26
/** Below this the names leave their packages out. */
const narrowPx = 440

export interface WaterfallOptions {
  readonly colours: ServiceColours
  readonly onSelect: (row: Row | undefined) => void
  /** Enter, or a click: the reader wants the details. */
  readonly onOpen: (row: Row) => void
  readonly onRange: (range: TimeRange) => void
}

export class Waterfall {
  readonly element: HTMLElement
  readonly #options: WaterfallOptions
  readonly #ruler = new TimeRuler()
  readonly #list: VirtualRows<Row>
  readonly #collapsed = new Set<string>()
  #tree: TraceTree | undefined
  #isZoomed = false
  #selected: string | undefined
  #matches: ((node: SpanNode) => boolean) | undefined
  #withLogs = false

  constructor(options: WaterfallOptions) {
    this.#options = options
    const nameHeader = element('div', { class: 'cell head', role: 'columnheader' }, 'Span')
    const header = element('div', { class: 'header', role: 'row' }, nameHeader, this.#ruler.element)
    this.#list = new VirtualRows<Row>({
      rowHeight,
      header,
      backdrop: this.#ruler.grid,
      render: (row, index) => renderRow(row, index, this.#look()),
    })
    this.element = this.#list.scroller
    this.element.classList.add('waterfall')
    for (const [name, value] of [
      ['role', 'treegrid'],
      ['aria-label', 'Spans of the trace'],
      ['aria-readonly', 'true'],
      ['tabindex', '0'],
    ] as const) {
      this.element.setAttribute(name, value)
    }
    nameHeader.append(splitter(this.element))
    new ResizeObserver(() => {
      this.element.classList.toggle('narrow', nameHeader.clientWidth < narrowPx)
    }).observe(nameHeader)
    this.element.addEventListener('keydown', (event) => this.#onKey(event))
    this.element.addEventListener('click', (event) => this.#onClick(event))
  }

  get range(): TimeRange {
    return this.#ruler.range
  }

  get tree(): TraceTree | undefined {
    return this.#tree
  }

  show(tree: TraceTree): void {
    this.#tree = tree
    if (!this.#isZoomed) this.#setRange({ fromNs: 0, toNs: tree.durationNs })
    this.#update()
  }

  zoom(range: TimeRange | undefined): void {
    if (!this.#tree) return
    const { durationNs } = this.#tree
    this.#isZoomed = range !== undefined
    this.#setRange(clampRange(range ?? { fromNs: 0, toNs: durationNs }, durationNs))
    this.#list.redraw()
  }

  search(matches: ((node: SpanNode) => boolean) | undefined): void {
    this.#matches = matches
    this.#list.redraw()
  }

  set withLogs(value: boolean) {
    this.#withLogs = value
    this.#update()
  }

  get withLogs(): boolean {
    return this.#withLogs
  }

  expandAll(): void {
    this.#collapsed.clear()
    this.#update()
  }

  collapseAll(): void {
    for (const node of this.#tree?.byId.values() ?? []) {
      if (node.parent) this.#collapsed.add(node.span.spanId)
    }
    this.#update()
  }

  /** Shows the span, whatever is collapsed above it. */
  reveal(node: SpanNode): void {
    for (let above = node.parent; above; above = above.parent) {
      this.#collapsed.delete(above.span.spanId)
    }
    this.#update()
    this.select(this.#list.rows.findIndex((row) => row.key === node.span.spanId))
  }

  select(index: number): void {
    const row = this.#list.rows[index]
    if (!row) return
    this.#selected = row.key
    this.element.setAttribute('aria-activedescendant', rowId(row.key))
    this.#list.redraw()
    this.#list.scrollTo(index)
    this.#options.onSelect(row)
  }

  get selectedIndex(): number {
    return this.#list.rows.findIndex((row) => row.key === this.#selected)
  }

  get selectedRow(): Row | undefined {
    return this.#list.rows[this.selectedIndex]
  }

  redraw(): void {
    this.#list.redraw()
  }

  /** The room for the lines has changed. */
  keepSelectedInSight(): void {
    this.#list.scrollTo(Math.max(0, this.selectedIndex))
  }

  #look() {
    return {
      range: this.#ruler.range,
      colours: this.#options.colours,
      selected: this.#selected,
      matches: this.#matches,
    }
  }

  #update(): void {
    if (!this.#tree) return
    const rows = visibleRows(this.#tree, this.#collapsed, this.#withLogs)
    this.element.setAttribute('aria-rowcount', String(rows.length + 1))
    const isSelectedInSight = this.#list.isInSight(this.selectedIndex)
    const isAtTop = this.element.scrollTop === 0
    const anchor = isSelectedInSight ? this.#selected : isAtTop ? '' : this.#list.firstInSight?.key
    this.#list.show(rows, (some) => some.findIndex((row) => row.key === anchor))
  }

  #setRange(range: TimeRange): void {
    this.#ruler.show(range)
    this.#options.onRange(range)
  }

  #onClick(event: MouseEvent): void {
    const target = event.target as Element
    const line = target.closest<HTMLElement>('.line')
    if (!line) return
    const index = Number(line.dataset.index)
    const row = this.#list.rows[index]
    if (!row) return
    if (target.closest('[data-toggle]')) this.#setExpanded(row, line.ariaExpanded !== 'true')
    else {
      this.select(index)
      this.#options.onOpen(row)
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const index = this.selectedIndex
    const row = this.#list.rows[index]
    const last = this.#list.rows.length - 1
    const { pageSize } = this.#list
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => this.select(Math.min(index + 1, last)),
      ArrowUp: () => this.select(Math.max(index - 1, 0)),
      PageDown: () => this.select(Math.min(index + pageSize, last)),
      PageUp: () => this.select(Math.max(index - pageSize, 0)),
      Home: () => this.select(0),
      End: () => this.select(last),
      ArrowRight: () => row && this.#goIn(row, index),
      ArrowLeft: () => row && this.#goOut(row),
      Enter: () => row && this.#options.onOpen(row),
      '*': () => row && this.#expandSiblings(row),
    }
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  }

  #goIn(row: Row, index: number): void {
    if (row.type !== 'span' || row.isExpanded === undefined) return
    if (row.isExpanded) this.select(index + 1)
    else this.#setExpanded(row, true)
  }

  #goOut(row: Row): void {
    const above = row.type === 'span' ? row.node.parent : spanOf(row)
    if (row.type === 'span' && row.isExpanded) this.#setExpanded(row, false)
    else if (above) this.reveal(above)
  }

  #setExpanded(row: Row, isExpanded: boolean): void {
    if (isExpanded) this.#collapsed.delete(row.key)
    else this.#collapsed.add(row.key)
    this.#update()
  }

  #expandSiblings(row: Row): void {
    const siblings = (row.type === 'span' ? row.node.parent?.children : undefined) ?? []
    for (const { span } of siblings) this.#collapsed.delete(span.spanId)
    this.#setExpanded(row, true)
  }
}
