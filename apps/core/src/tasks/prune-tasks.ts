// Forgets tasks that ended long ago, with their attempts, results and negotiations. What they have cost stays in the sums
// of their tenants' days. A little at a time, and more in a day than a core can take in: no call waits for it.
import { withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import { type Database, Prisma } from '../database.ts'
import { countPrunedTasks } from '../metrics.ts'
import { type Repeating, repeat } from '../repeat.ts'

export interface PruningOptions {
  readonly database: Database
  readonly logger: Logger
  readonly retentionDays: number
  readonly intervalMs?: number
}

const batchSize = 1_000

export function startPruning(options: PruningOptions): Repeating {
  const { database, logger, retentionDays, intervalMs = 2_000 } = options
  return repeat({
    name: 'pruning of tasks',
    intervalMs,
    logger,
    async run() {
      const tasks = await withoutTracing(() => pruneTasks(database, retentionDays))
      if (tasks === 0) return
      countPrunedTasks(tasks)
      logger.info({ tasks }, 'ended tasks pruned')
    },
  })
}

/** Says how many. What somebody has locked, to retry it for one, is left for the next time. */
export async function pruneTasks(database: Database, retentionDays: number): Promise<number> {
  const before = Prisma.sql`now() - make_interval(days => ${retentionDays}::int)`
  const [pruned] = await database.statements.run<{ tasks: number }>(
    'prune_tasks',
    Prisma.sql`
    WITH ended AS (
      SELECT id FROM tasks WHERE created_at < ${before} AND ended_at < ${before}
      ORDER BY created_at, id LIMIT ${batchSize}::int FOR UPDATE SKIP LOCKED
    ), pruned AS (
      DELETE FROM tasks WHERE id = ANY (ARRAY(SELECT id FROM ended)) RETURNING negotiation_id
    ), negotiation AS (
      DELETE FROM negotiations WHERE id = ANY (ARRAY(SELECT negotiation_id FROM pruned))
    )
    SELECT count(*)::int AS tasks FROM pruned`,
  )
  return pruned?.tasks ?? 0
}
