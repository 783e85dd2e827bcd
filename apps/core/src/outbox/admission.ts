// The bound on what waits, of all tenants together. Counting reads all of it, so it is done the more rarely the further
// away the bound is, and at most once a second; what this core accepts in between is added. Several cores can therefore
// pass the bound together, by what the others accept between two counts.
import { withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import { repeat } from '../repeat.ts'

export interface AdmissionOptions {
  readonly database: Database
  readonly logger: Logger
  readonly maxWaitingTasks: number
  readonly intervalMs?: number
}

export interface Admission {
  /** Asked before a task is committed; throws when too many wait. */
  readonly admit: () => void
  readonly stop: () => Promise<void>
}

/** Of what was left until the bound, when it was counted. */
const admittedShare = 0.1
const maxIntervals = 10

export function watchAdmission({
  database,
  logger,
  maxWaitingTasks,
  intervalMs = 1_000,
}: AdmissionOptions): Admission {
  let counted = 0
  let countedAt = Number.NEGATIVE_INFINITY
  let admittedSince = 0

  const isCloseEnough = () =>
    admittedSince < (maxWaitingTasks - counted) * admittedShare &&
    performance.now() - countedAt < intervalMs * maxIntervals

  const counting = repeat({
    name: 'count of waiting tasks',
    intervalMs,
    logger,
    async run() {
      if (isCloseEnough()) return
      // What is admitted while the count is on its way may be in it or not: it is added.
      admittedSince = 0
      counted = await withoutTracing(() => countWaiting(database, maxWaitingTasks))
      countedAt = performance.now()
    },
  })

  return {
    admit() {
      if (counted + admittedSince >= maxWaitingTasks) {
        throw new DomainError('resource_exhausted', 'Too many tasks wait already')
      }
      admittedSince += 1
    },
    stop: counting.stop,
  }
}

/** No further than the bound. */
async function countWaiting(database: Database, limit: number): Promise<number> {
  const [row] = await database.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting
    FROM (SELECT FROM outbox WHERE sent_at IS NULL LIMIT ${limit}) AS unsent`
  return row?.waiting ?? 0
}
