// A list of any length with only the lines in sight in the document. Every line has the same height, so a spacer
// and a little arithmetic do: a hundred thousand lines are 2.6 million pixels, well below what browsers allow.
import { element } from './dom.ts'

const overscan = 12

export interface VirtualRowsOptions<Row> {
  readonly rowHeight: number
  /** Stays at the top while the lines scroll below it. */
  readonly header: HTMLElement
  /** Lies behind all lines. */
  readonly backdrop: HTMLElement
  readonly render: (row: Row, index: number) => HTMLElement
}

export class VirtualRows<Row> {
  readonly scroller: HTMLElement
  readonly #options: VirtualRowsOptions<Row>
  readonly #body: HTMLElement
  readonly #drawn = new Map<number, HTMLElement>()
  #rows: readonly Row[] = []
  #isScheduled = false

  constructor(options: VirtualRowsOptions<Row>) {
    this.#options = options
    this.#body = element('div', { class: 'rows', role: 'rowgroup' })
    this.scroller = element('div', { class: 'scroller' }, options.header, this.#body)
    this.scroller.addEventListener('scroll', () => this.#schedule(), { passive: true })
    new ResizeObserver(() => this.#schedule()).observe(this.scroller)
  }

  get rows(): readonly Row[] {
    return this.#rows
  }

  /** `anchor` finds the line that shall stay where it is on the screen, whatever comes above it. */
  show(rows: readonly Row[], anchor?: (rows: readonly Row[]) => number): void {
    const { rowHeight } = this.#options
    const before = anchor?.(this.#rows) ?? -1
    const after = anchor?.(rows) ?? -1
    this.#rows = rows
    this.#body.style.height = `${rows.length * rowHeight}px`
    if (before >= 0 && after >= 0) this.scroller.scrollTop += (after - before) * rowHeight
    this.redraw()
  }

  get firstInSight(): Row | undefined {
    return this.#rows[Math.floor(this.scroller.scrollTop / this.#options.rowHeight)]
  }

  isInSight(index: number): boolean {
    const top = index * this.#options.rowHeight - this.scroller.scrollTop
    return index >= 0 && top >= 0 && top < this.#viewHeight()
  }

  /** Draws every line in sight anew: something that all of them depend on has changed. */
  redraw(): void {
    this.#drawn.clear()
    this.#body.replaceChildren(this.#options.backdrop)
    this.#draw()
  }

  /** Lines that fit below the header. */
  get pageSize(): number {
    return Math.max(1, Math.floor(this.#viewHeight() / this.#options.rowHeight) - 1)
  }

  scrollTo(index: number): void {
    const { rowHeight } = this.#options
    const top = index * rowHeight
    const viewHeight = this.#viewHeight()
    const { scrollTop } = this.scroller
    // Some lines around it say where it stands.
    const margin = Math.min(3 * rowHeight, viewHeight / 3)
    if (top < scrollTop + margin) this.scroller.scrollTop = top - margin
    else if (top + rowHeight + margin > scrollTop + viewHeight) {
      this.scroller.scrollTop = top + rowHeight + margin - viewHeight
    }
    this.#draw()
  }

  #viewHeight(): number {
    return this.scroller.clientHeight - this.#options.header.offsetHeight
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    requestAnimationFrame(() => {
      this.#isScheduled = false
      this.#draw()
    })
  }

  #draw(): void {
    const { rowHeight, render } = this.#options
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / rowHeight) - overscan)
    const shown = Math.ceil(this.scroller.clientHeight / rowHeight) + 2 * overscan
    const end = Math.min(this.#rows.length, first + shown)
    for (const [index, line] of this.#drawn) {
      if (index >= first && index < end) continue
      line.remove()
      this.#drawn.delete(index)
    }
    for (let index = first; index < end; index++) {
      if (this.#drawn.has(index)) continue
      const line = render(this.#rows[index] as Row, index)
      line.style.top = `${index * rowHeight}px`
      this.#drawn.set(index, line)
      this.#body.append(line)
    }
  }
}
