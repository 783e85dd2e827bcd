// The scale above the waterfall and the hair lines behind it.
import { element, setVariable } from './dom.ts'
import { type Tick, type TimeRange, ticks } from './time-axis.ts'

const tickRoomPx = 96

export class TimeRuler {
  readonly element = element('div', {
    class: 'ruler',
    role: 'columnheader',
    'aria-label': 'Time',
  })
  readonly grid = element('div', { class: 'grid', 'aria-hidden': 'true' })
  #range: TimeRange = { fromNs: 0, toNs: 1 }

  constructor() {
    new ResizeObserver(() => this.#draw()).observe(this.element)
  }

  get range(): TimeRange {
    return this.#range
  }

  show(range: TimeRange): void {
    this.#range = range
    this.#draw()
  }

  #draw(): void {
    const width = this.element.clientWidth
    const marks = ticks(this.#range, Math.max(2, Math.floor(width / tickRoomPx)))
    this.element.replaceChildren(...marks.map((tick) => draw(tick, tick.label, width)))
    this.grid.replaceChildren(...marks.map((tick) => draw(tick, '', width)))
  }
}

function draw({ at, label }: Tick, content: string, width: number): HTMLElement {
  const isLast = (1 - at) * width < tickRoomPx / 2
  const tick = element('span', { class: isLast ? 'tick last' : 'tick', title: label }, content)
  setVariable(tick, '--at', at)
  return tick
}
