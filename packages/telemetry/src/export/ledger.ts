// Says of every item what became of it, to the item: the sums below are what the metrics report, and every loss is
// also told in a line. Plain numbers, because a counter's call for each span would cost more than the queue does.
//
//   recorded = Σ processed + waiting        Σ processed without an error = Σ exported + in flight
import type { LossReport } from './loss-report.ts'
import type { Accepted, Failure } from './outcome.ts'

/** By `error.type`; without one under the empty text. */
export type Sums = ReadonlyMap<string, number>

export interface Ledger {
  /** What left the queue: for the exporter, or lost (`queue_full`, `shutdown`). */
  readonly processedSums: Sums
  /** What the exporter is done with: taken, or lost (`rejected`, `400`, ...). */
  readonly exportedSums: Sums
  processed(count: number): void
  dropped(count: number, errorType: string): void
  accepted(count: number, answer: Accepted): void
  refused(count: number, failure: Failure): void
  /** Nothing is lost; it is tried again. */
  postponed(failure: Failure): void
  /** Tells what was not told yet. */
  close(): void
}

const noError = ''

export function createLedger(report: LossReport): Ledger {
  const processedSums = new Map<string, number>()
  const exportedSums = new Map<string, number>()

  function lose(sums: Map<string, number>, count: number, errorType: string, why?: string): void {
    add(sums, errorType, count)
    report.lost(count, errorType, why)
  }

  return {
    processedSums,
    exportedSums,
    processed: (count) => add(processedSums, noError, count),
    dropped: (count, errorType) => lose(processedSums, count, errorType),
    accepted(count, { rejectedCount, remark }) {
      const rejected = Math.min(Math.max(rejectedCount, 0), count)
      report.recovered()
      if (count > rejected) add(exportedSums, noError, count - rejected)
      if (rejected > 0) lose(exportedSums, rejected, 'rejected', remark)
      else if (remark) report.remarked(remark)
    },
    refused: (count, { errorType, message }) => lose(exportedSums, count, errorType, message),
    postponed: ({ message }) => report.waiting(message),
    close: report.close,
  }
}

function add(sums: Map<string, number>, errorType: string, count: number): void {
  sums.set(errorType, (sums.get(errorType) ?? 0) + count)
}
