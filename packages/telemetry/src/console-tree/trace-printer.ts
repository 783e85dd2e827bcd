// OTEL_TRACES_EXPORTER=console: each trace of this process as a tree on standard error, for people who want to see
// what happens. A trace is drawn when nothing of it is open any more; what never comes to an end is drawn as far as it
// has come, so that neither memory nor waiting is without a bound.
import { TraceFlags } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { drawTrace } from './draw-trace.ts'
import type { Paint } from './paint.ts'

export interface TracePrinterSettings {
  readonly write: (text: string) => void
  readonly paint: Paint
  readonly bounds?: Partial<Bounds>
}

interface Bounds {
  /** More may follow when the last span has ended: a commit wakes the relay of an outbox. */
  readonly settleMs: number
  /** For children that outlive the span with which the work came in. */
  readonly stragglersMs: number
  /** For a trace that stays open: a stream, or a span that nobody ends. */
  readonly patienceMs: number
  /** Of all traces together. Beyond it the oldest trace is drawn. */
  readonly maxSpans: number
}

const defaultBounds: Bounds = {
  settleMs: 200,
  stragglersMs: 5_000,
  patienceMs: 60_000,
  maxSpans: 5_000,
}

interface Gathered {
  readonly since: number
  /** In order of their start, which clocks that tick in milliseconds cannot tell. */
  readonly spans: Map<string, ReadableSpan>
  readonly open: Set<ReadableSpan>
  timer?: NodeJS.Timeout
}

export class TracePrinter implements SpanProcessor {
  readonly #settings: TracePrinterSettings
  readonly #bounds: Bounds
  readonly #traces = new Map<string, Gathered>()
  #spanCount = 0

  constructor(settings: TracePrinterSettings) {
    this.#settings = settings
    this.#bounds = { ...defaultBounds, ...settings.bounds }
    // A script may end, or call process.exit(), without having shut down anything.
    process.once('exit', this.#printAll)
  }

  onStart(span: ReadableSpan): void {
    if (!isSampled(span)) return
    const trace = this.#take(span)
    trace.open.add(span)
    this.#schedule(span, trace)
    const [oldest] = this.#traces.keys()
    if (oldest !== undefined && this.#spanCount > this.#bounds.maxSpans) this.#print(oldest)
  }

  onEnd(span: ReadableSpan): void {
    if (!isSampled(span)) return
    // One that was drawn unfinished is taken, and drawn, once more.
    const trace = this.#take(span)
    trace.open.delete(span)
    this.#schedule(span, trace)
  }

  async forceFlush(): Promise<void> {
    for (const [traceId, { open }] of this.#traces) if (open.size === 0) this.#print(traceId)
  }

  async shutdown(): Promise<void> {
    process.off('exit', this.#printAll)
    this.#printAll()
  }

  #take(span: ReadableSpan): Gathered {
    const { traceId, spanId } = span.spanContext()
    let trace = this.#traces.get(traceId)
    if (!trace) {
      trace = { since: Date.now(), spans: new Map(), open: new Set() }
      this.#traces.set(traceId, trace)
    }
    if (!trace.spans.has(spanId)) this.#spanCount++
    trace.spans.set(spanId, span)
    return trace
  }

  #schedule(span: ReadableSpan, trace: Gathered): void {
    const { traceId } = span.spanContext()
    clearTimeout(trace.timer)
    trace.timer = setTimeout(() => this.#print(traceId), this.#waitMs(trace)).unref()
  }

  #waitMs({ since, open }: Gathered): number {
    const { settleMs, stragglersMs, patienceMs } = this.#bounds
    const leftMs = Math.max(0, since + patienceMs - Date.now())
    if (open.size === 0) return Math.min(settleMs, leftMs)
    return open.values().some(isLocalRoot) ? leftMs : Math.min(stragglersMs, leftMs)
  }

  #printAll = (): void => {
    for (const traceId of this.#traces.keys()) this.#print(traceId)
  }

  #print(traceId: string): void {
    const trace = this.#traces.get(traceId)
    if (!trace) return
    clearTimeout(trace.timer)
    this.#traces.delete(traceId)
    this.#spanCount -= trace.spans.size
    // In one piece: other processes may write to the same terminal.
    this.#settings.write(`${drawTrace([...trace.spans.values()], this.#settings.paint)}\n\n`)
  }
}

function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0
}

/** Where the work came into this process. */
function isLocalRoot({ parentSpanContext }: ReadableSpan): boolean {
  return parentSpanContext === undefined || parentSpanContext.isRemote === true
}
