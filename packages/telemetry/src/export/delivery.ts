// Sends encoded batches in order, one request at a time, and each until the receiver has taken or refused it.
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { pauseAfter } from './backoff.ts'
import type { Ledger } from './ledger.ts'
import type { Failure, Send } from './outcome.ts'

export interface Batch {
  readonly data: Uint8Array
  readonly count: number
}

export interface DeliverySettings {
  readonly send: Send
  readonly ledger: Ledger
  /** The batch is gone: taken, refused or given up. */
  readonly onSettled: (batch: Batch) => void
  readonly onIdle: () => void
}

export interface Delivery {
  readonly isIdle: boolean
  push(batch: Batch): void
  /** Tries at once whatever pauses, and waits until all is settled. */
  drain(): Promise<void>
  /** From here on pauses are short: there is no time to be polite. */
  hurry(): void
  /** Ends the request in flight; what is left is counted as lost. */
  abandon(): Promise<void>
}

/** Past it, a batch that the receiver cannot take gives way to those behind it. */
const retryForMs = 300_000
const hurriedPauseMs = 250

const abandoned: Failure = { is: 'refused', errorType: 'shutdown', message: 'the process ended' }

export function createDelivery({ send, ledger, onSettled, onIdle }: DeliverySettings): Delivery {
  const batches: Batch[] = []
  const end = new AbortController()
  let running: Promise<void> | undefined
  let endPause = () => {}
  let isHurried = false

  async function deliverAll(): Promise<void> {
    for (let batch = batches[0]; batch; batch = batches[0]) {
      await deliver(batch)
      batches.shift()
      onSettled(batch)
    }
    running = undefined
    onIdle()
  }

  async function deliver({ data, count }: Batch): Promise<void> {
    if (end.signal.aborted) return ledger.dropped(count, abandoned.errorType)
    ledger.processed(count)
    const giveUpAt = performance.now() + retryForMs
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await send(data, end.signal)
      if (outcome.is === 'accepted') return ledger.accepted(count, outcome)
      if (outcome.is === 'refused') return ledger.refused(count, outcome)
      if (end.signal.aborted) return ledger.refused(count, abandoned)
      const leftMs = giveUpAt - performance.now()
      if (leftMs <= 0) return ledger.refused(count, outcome)
      ledger.postponed(outcome)
      await pause(Math.min(leftMs, pauseAfter(attempt, outcome.retryAfterMs)))
    }
  }

  /** Keeps no process alive that has nothing else to do. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, isHurried ? Math.min(ms, hurriedPauseMs) : ms).unref()
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    get isIdle() {
      return running === undefined
    },
    push(batch) {
      batches.push(batch)
      // The context of whoever recorded the last item is not the one to send in.
      running ??= context.with(suppressTracing(ROOT_CONTEXT), deliverAll)
    },
    async drain() {
      endPause()
      await running
    },
    hurry() {
      isHurried = true
    },
    async abandon() {
      end.abort()
      endPause()
      await running
    },
  }
}
