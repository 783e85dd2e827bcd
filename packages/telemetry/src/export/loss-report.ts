// At most one line a minute for each signal, and only in trouble: what was lost since the last line and why, and how
// much waits. The first comes at once, the last when the process ends.
import { diag } from '@opentelemetry/api'

export interface LossReport {
  lost(count: number, errorType: string, why?: string): void
  /** The receiver does not take what is sent; a short silence, as of a restart, is not worth a line. */
  waiting(why: string): void
  /** The receiver took it and says something all the same. */
  remarked(remark: string): void
  recovered(): void
  close(): void
}

export interface LossReportSettings {
  /** As people say it: spans, log records. */
  readonly items: string
  readonly waitingCount: () => number
}

const lineEveryMs = 60_000
const patienceMs = 10_000
const longestReason = 200

export function createLossReport({ items, waitingCount }: LossReportSettings): LossReport {
  const losses = `${items} are lost`
  const waits = `${items} wait for their receiver`
  const lost = new Map<string, number>()
  let lostInAll = 0
  let trouble: string | undefined
  let reason: string | undefined
  let waitingSince: number | undefined
  let lastLineAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  function tell(what: string): void {
    trouble = what
    const inMs = lastLineAt + lineEveryMs - performance.now()
    if (inMs <= 0) print()
    else timer ??= setTimeout(print, inMs).unref()
  }

  function print(): void {
    clearTimeout(timer)
    timer = undefined
    if (trouble === undefined) return
    const waiting = waitingCount()
    const message = lost.size > 0 ? losses : trouble
    const counts = lost.size > 0 ? { lost: Object.fromEntries(lost), lostInAll } : {}
    diag.warn(message, { ...counts, waiting, ...(reason && { reason }) })
    lastLineAt = performance.now()
    lost.clear()
    trouble = undefined
  }

  return {
    lost(count, errorType, why) {
      lost.set(errorType, (lost.get(errorType) ?? 0) + count)
      lostInAll += count
      if (why) reason = why.slice(0, longestReason)
      tell(losses)
    },
    waiting(why) {
      reason = why.slice(0, longestReason)
      waitingSince ??= performance.now()
      if (performance.now() - waitingSince >= patienceMs) tell(waits)
    },
    remarked(remark) {
      reason = remark.slice(0, longestReason)
      tell(`the receiver of ${items} has a remark`)
    },
    recovered() {
      waitingSince = undefined
      reason = undefined
      if (trouble === waits) trouble = undefined
    },
    close: print,
  }
}
