// The same tasks with few and with many waiting behind them: what waits must cost nothing.
import { startServices } from '../services.ts'
import { benchTenants } from '../tasks-in-database.ts'
import type { Bench, Part } from './part.ts'

interface BacklogOptions {
  readonly few: number
  readonly many: number
  readonly measured: number
}

const warmUpTasks = 300

export function backlogPart({ few, many, measured }: BacklogOptions): Part {
  return {
    variants: ['few', 'many'],
    async measure(bench, variant) {
      const { database, signal } = bench
      await database.clear()
      await insertWaiting(bench, warmUpTasks + measured + (variant === 'many' ? many : few))
      await using _ = await startServices(bench, 'ours')
      const startedAt = await database.untilCompleted(warmUpTasks, signal)
      const from = await database.completed()
      const endedAt = await database.untilCompleted(from + measured, signal)
      return { microsEach: ((endedAt - startedAt) * 1_000) / measured }
    },
  }
}

/** Committed as core would have: a task and its row in the outbox. Asking for each of them would take minutes. */
export async function insertWaiting(
  { database: { pool } }: Pick<Bench, 'database'>,
  count: number,
  tenants: readonly string[] = benchTenants,
): Promise<void> {
  await pool.query(
    `WITH task AS (
       INSERT INTO tasks (id, tenant_id, type, input)
       SELECT gen_random_uuid(), ($2::text[])[1 + number % array_length($2::text[], 1)], 'noop', '{"nodes":1}'
       FROM generate_series(1, $1) AS number
       RETURNING id, tenant_id
     )
     INSERT INTO outbox (task_id, tenant_id) SELECT id, tenant_id FROM task`,
    [count, tenants],
  )
  await pool.query('ANALYZE tasks, outbox')
}
