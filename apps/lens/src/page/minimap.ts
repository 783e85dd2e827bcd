// The whole trace as a small picture; dragging over it chooses the stretch of time that the waterfall shows.
import { element, setVariable } from './dom.ts'
import type { ServiceColours } from './service-colours.ts'
import { fraction, type TimeRange } from './time-axis.ts'
import type { SpanNode, TraceTree } from './trace-tree.ts'

const heightPx = 44
/** Below this a drag is a click. */
const leastDragPx = 4

export interface MinimapOptions {
  readonly colours: ServiceColours
  readonly onZoom: (range: TimeRange | undefined) => void
}

export class Minimap {
  readonly element: HTMLElement
  readonly #options: MinimapOptions
  readonly #canvas = element('canvas')
  readonly #window = element('div', { class: 'window' })
  readonly #resolved = new Map<string, string>()
  #tree: TraceTree | undefined
  #dragFrom: number | undefined

  constructor(options: MinimapOptions) {
    this.#options = options
    this.element = element(
      'div',
      { class: 'minimap', 'aria-hidden': 'true', title: 'Drag to zoom, double-click to see all' },
      this.#canvas,
      this.#window,
    )
    this.element.addEventListener('pointerdown', (event) => this.#onDown(event))
    this.element.addEventListener('pointermove', (event) => this.#onMove(event))
    this.element.addEventListener('pointerup', (event) => this.#onUp(event))
    this.element.addEventListener('dblclick', () => options.onZoom(undefined))
    new ResizeObserver(() => this.draw()).observe(this.element)
  }

  show(tree: TraceTree): void {
    this.#tree = tree
    this.draw()
  }

  /** What the waterfall shows. */
  mark(range: TimeRange): void {
    if (!this.#tree) return
    const whole = { fromNs: 0, toNs: this.#tree.durationNs }
    this.#setWindow(fraction(whole, range.fromNs), fraction(whole, range.toNs))
  }

  draw(): void {
    const context = this.#canvas.getContext('2d')
    const width = this.element.clientWidth
    if (!context || !this.#tree || width === 0) return
    const scale = devicePixelRatio
    this.#canvas.width = width * scale
    this.#canvas.height = heightPx * scale
    context.scale(scale, scale)
    const nodes = inTreeOrder(this.#tree.roots)
    const rowPx = Math.min(4, (heightPx - 6) / nodes.length)
    const whole = { fromNs: 0, toNs: this.#tree.durationNs }
    for (const [index, node] of nodes.entries()) {
      const from = fraction(whole, node.startNs) * width
      const to = fraction(whole, node.endNs) * width
      context.fillStyle = this.#resolve(node)
      context.fillRect(from, 3 + index * rowPx, Math.max(1, to - from), Math.max(1.4, rowPx - 0.7))
    }
  }

  /** A canvas knows no custom properties: the browser says what they come to here and now. */
  #resolve(node: SpanNode): string {
    const name = node.isError ? 'var(--error)' : this.#options.colours.of(node.span.service)
    let colour = this.#resolved.get(name)
    if (!colour) {
      this.#window.style.color = name
      colour = getComputedStyle(this.#window).color
      this.#resolved.set(name, colour)
    }
    return colour
  }

  /** Light and dark have different shades. */
  forgetColours(): void {
    this.#resolved.clear()
    this.draw()
  }

  #setWindow(from: number, to: number): void {
    setVariable(this.#window, '--from', from)
    setVariable(this.#window, '--width', to - from)
    this.#window.hidden = from <= 0 && to >= 1
  }

  #at(event: PointerEvent): number {
    const { left, width } = this.element.getBoundingClientRect()
    return Math.min(Math.max((event.clientX - left) / width, 0), 1)
  }

  #onDown(event: PointerEvent): void {
    this.element.setPointerCapture(event.pointerId)
    this.#dragFrom = this.#at(event)
  }

  #onMove(event: PointerEvent): void {
    if (this.#dragFrom === undefined) return
    const at = this.#at(event)
    this.#setWindow(Math.min(this.#dragFrom, at), Math.max(this.#dragFrom, at))
  }

  #onUp(event: PointerEvent): void {
    if (this.#dragFrom === undefined || !this.#tree) return
    const ends = [this.#dragFrom, this.#at(event)].sort((a, b) => a - b)
    this.#dragFrom = undefined
    const [from = 0, to = 1] = ends
    if ((to - from) * this.element.clientWidth < leastDragPx) return
    const { durationNs } = this.#tree
    this.#options.onZoom({ fromNs: from * durationNs, toNs: to * durationNs })
  }
}

function inTreeOrder(roots: readonly SpanNode[]): SpanNode[] {
  const nodes: SpanNode[] = []
  const stack = roots.toReversed()
  for (let node = stack.pop(); node; node = stack.pop()) {
    nodes.push(node)
    for (const child of node.children.toReversed()) stack.push(child)
  }
  return nodes
}
