// Waits until a trace is complete: nothing missing that its spans promise, and quiet for a moment.
import { incompleteReasons } from '../store/completeness.ts'
import type { TraceStore } from '../store/trace-store.ts'
import type { IncompleteReason } from './trace-json.ts'

export interface WaitOptions {
  readonly timeoutMs: number
  /** Ends the wait early: whoever asked has gone. */
  readonly signal: AbortSignal
  readonly callerSpanId?: string | undefined
}

export interface CompletionOptions {
  readonly quietMs: number
  readonly maxWaiters: number
}

export class Completion {
  readonly #store: TraceStore
  readonly #options: CompletionOptions
  #waiters = 0

  constructor(store: TraceStore, options: CompletionOptions) {
    this.#store = store
    this.#options = options
  }

  get waiters(): number {
    return this.#waiters
  }

  hasRoom(): boolean {
    return this.#waiters < this.#options.maxWaiters
  }

  /** Resolves when the trace is complete, at the end of the time, or when the asker has gone. */
  async wait(traceId: string, options: WaitOptions): Promise<void> {
    const deadline = performance.now() + options.timeoutMs
    this.#waiters += 1
    try {
      for (;;) {
        const leftMs = deadline - performance.now()
        if (leftMs <= 0 || options.signal.aborted) return
        const needMs = this.#untilNextCheckMs(traceId, options.callerSpanId)
        if (needMs === 0) return
        await this.#nextChange(traceId, Math.min(leftMs, needMs), options.signal)
      }
    } finally {
      this.#waiters -= 1
    }
  }

  /** Why the trace is not complete; its silence counts too. */
  reasons(traceId: string, callerSpanId?: string): IncompleteReason[] {
    const trace = this.#store.get(traceId)
    if (!trace) return []
    const reasons = incompleteReasons(trace, callerSpanId)
    const isQuiet = this.#store.silentMs(trace) >= this.#options.quietMs
    return isQuiet ? reasons : [...reasons, { code: 'still-arriving' }]
  }

  /** 0 when complete; infinite when only a new arrival can make it so. */
  #untilNextCheckMs(traceId: string, callerSpanId?: string): number {
    const trace = this.#store.get(traceId)
    if (!trace) return Number.POSITIVE_INFINITY
    const quietInMs = this.#options.quietMs - this.#store.silentMs(trace)
    if (quietInMs > 0) return quietInMs
    const isComplete = incompleteReasons(trace, callerSpanId).length === 0
    return isComplete ? 0 : Number.POSITIVE_INFINITY
  }

  #nextChange(traceId: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stop = () => {
        clearTimeout(timer)
        unsubscribe()
        signal.removeEventListener('abort', stop)
        resolve()
      }
      const timer = setTimeout(stop, Math.ceil(timeoutMs))
      const unsubscribe = this.#store.onChange((changed) => {
        if (changed === traceId) stop()
      })
      signal.addEventListener('abort', stop)
    })
  }
}
