// What waits for its turn, of all tenants together: the bound on it, and the gauges. Counting reads all of it, so it is
// done the more rarely the more there is and the further away the bound is, and at most once a second; what this core
// accepts in between is added. Several cores can therefore pass the bound together, by what the others accept between two
// counts.
import { withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import { observeWaitingTasks, type WaitingTasks } from '../metrics.ts'
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
/** As many rows as counting may read in a second: about a hundredth of what Postgres could. */
const countedPerSecond = 20_000

export function watchAdmission({
  database,
  logger,
  maxWaitingTasks,
  intervalMs = 1_000,
}: AdmissionOptions): Admission {
  let counted: WaitingTasks = { tasks: 0, oldestAgeSeconds: 0 }
  let countedAt = Number.NEGATIVE_INFINITY
  let admittedSince = 0
  const endObservation = observeWaitingTasks(() => counted)

  const isFreshEnough = () => {
    const ageMs = performance.now() - countedAt
    const maxAgeMs = intervalMs * maxIntervals
    if (ageMs < Math.min((counted.tasks / countedPerSecond) * 1_000, maxAgeMs)) return true
    return admittedSince < (maxWaitingTasks - counted.tasks) * admittedShare && ageMs < maxAgeMs
  }

  const counting = repeat({
    name: 'count of waiting tasks',
    intervalMs,
    logger,
    async run() {
      if (isFreshEnough()) return
      const admittedBefore = admittedSince
      counted = await withoutTracing(() => countWaiting(database, maxWaitingTasks))
      countedAt = performance.now()
      // What was admitted while the count was on its way may be in it or not: it is added.
      admittedSince -= admittedBefore
    },
  })

  return {
    admit() {
      if (counted.tasks + admittedSince >= maxWaitingTasks) {
        throw new DomainError('resource_exhausted', 'Too many tasks wait already')
      }
      admittedSince += 1
    },
    async stop() {
      endObservation()
      await counting.stop()
    },
  }
}

/** No further than the bound. The oldest is one of those that are next, of each tenant one, or lies in the queue. */
async function countWaiting(database: Database, limit: number): Promise<WaitingTasks> {
  const [waiting] = await database.$queryRaw<WaitingTasks[]>`
    WITH RECURSIVE next AS (
      (
        SELECT tenant_id, task_id FROM outbox WHERE sent_at IS NULL ORDER BY tenant_id, id LIMIT 1
      )
      UNION ALL
      SELECT of_another.* FROM next CROSS JOIN LATERAL (
        SELECT tenant_id, task_id FROM outbox
        WHERE sent_at IS NULL AND outbox.tenant_id > next.tenant_id ORDER BY tenant_id, id LIMIT 1
      ) AS of_another
    ), waiting AS (
      SELECT updated_at FROM next JOIN tasks ON tasks.id = task_id
      UNION ALL
      SELECT updated_at FROM outbox JOIN tasks ON tasks.id = task_id
      WHERE sent_at IS NOT NULL AND state = 'queued'
    ), oldest AS (
      SELECT min(updated_at) AS waiting_since FROM waiting
    )
    SELECT (
      SELECT count(*) FROM (SELECT FROM outbox WHERE sent_at IS NULL LIMIT ${limit}) AS unsent
    )::int AS tasks, COALESCE(EXTRACT(epoch FROM now() - waiting_since), 0)::float AS "oldestAgeSeconds"
    FROM oldest`
  return waiting ?? { tasks: 0, oldestAgeSeconds: 0 }
}
