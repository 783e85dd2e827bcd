// Lets shoppers in as they arrive, never more at a time than there is room for, and one at a time while the gateway
// is away.
import { labels } from '@throughline/telemetry'
import type { Logger } from 'pino'
import { toVisitError, type VisitErrorCode } from './errors.ts'
import * as metrics from './metrics.ts'
import { pause } from './pause.ts'
import type { MakeVisit } from './visits/make-visit.ts'
import type { Visit } from './visits/plan-visit.ts'

export interface WorkerOptions {
  /** Seconds from the start, ascending. */
  readonly arrivals: Iterable<number>
  readonly planVisit: (index: number) => Visit
  readonly makeVisit: MakeVisit
  readonly concurrency: number
  readonly limit?: number
  readonly logger: Logger
  /** How long visits under way may go on after the stop. */
  readonly graceMs?: number
}

export interface Worker {
  readonly start: () => void
  /** Resolves when the last visit has ended. */
  readonly stop: () => Promise<void>
  /** Resolves when nobody comes any more: after `limit` visits, or after the stop. */
  readonly finished: Promise<void>
}

const firstBackoffMs = 250
const longestBackoffMs = 5_000
/** Who comes while there is no room waits outside; but an hour of waiting people does not rush in at once. */
const longestQueueMs = 1_000

export function buildWorker(options: WorkerOptions): Worker {
  const { planVisit, makeVisit, concurrency, logger, graceMs = 3_000 } = options
  const closing = new AbortController()
  const leaving = new AbortController()
  const inside = new Set<Promise<void>>()
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  let isAway = false

  async function open(): Promise<void> {
    let visits = 0
    let backoffMs = firstBackoffMs
    for await (const _ of punctually(options, closing.signal)) {
      while (inside.size >= concurrency) await Promise.race(inside)
      if (isAway) await pause(backoffMs, closing.signal)
      if (closing.signal.aborted) return
      const visit = letIn(planVisit(visits))
      visits += 1
      if (isAway) await visit
      backoffMs = isAway ? Math.min(backoffMs * 2, longestBackoffMs) : firstBackoffMs
    }
    await Promise.all(inside)
    logger.info({ visits }, 'nobody comes any more')
  }

  function letIn(visit: Visit): Promise<void> {
    metrics.shoppers.add(1)
    const ended = makeVisit(visit, leaving.signal)
      .then(() => 'completed' as const, report)
      .then((outcome) => {
        noteGateway(outcome)
        metrics.shoppers.add(-1)
        metrics.visits.add(1, { [labels.kind]: visit.kind, [labels.outcome]: outcome })
        inside.delete(ended)
      })
    inside.add(ended)
    return ended
  }

  function report(cause: unknown): VisitErrorCode {
    const err = toVisitError(cause, leaving.signal)
    if (err.code === 'gateway_away') {
      // One line an outage: the attempts in between say nothing new.
      if (!isAway) logger.warn({ err }, 'gateway is away; trying again')
    } else if (err.code !== 'stopped') {
      logger.warn({ err }, 'visit failed')
    }
    return err.code
  }

  function noteGateway(outcome: string): void {
    if (outcome === 'stopped') return
    const wasAway = isAway
    isAway = outcome === 'gateway_away'
    if (wasAway && !isAway) logger.warn('gateway is back')
  }

  return {
    finished,
    start() {
      open()
        .catch((err) => {
          if (!closing.signal.aborted) throw err
        })
        .finally(finish)
    },
    async stop() {
      closing.abort()
      const timer = setTimeout(() => leaving.abort(), graceMs)
      await Promise.all([...inside, finished])
      clearTimeout(timer)
    },
  }
}

/** Yields at each arrival's time, until `limit`. Late ones catch up, within bounds. */
async function* punctually(
  { arrivals, limit = Number.POSITIVE_INFINITY }: Pick<WorkerOptions, 'arrivals' | 'limit'>,
  closing: AbortSignal,
): AsyncGenerator<void> {
  let arrived = 0
  let dueMs = performance.now()
  let secondsBefore = 0
  for (const seconds of arrivals) {
    const gapMs = (seconds - secondsBefore) * 1_000
    secondsBefore = seconds
    dueMs = Math.max(dueMs + gapMs, performance.now() - longestQueueMs)
    await pause(Math.max(0, dueMs - performance.now()), closing)
    yield
    arrived += 1
    if (arrived === limit) return
  }
}
