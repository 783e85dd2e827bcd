// One tenant has thousands of tasks waiting, and another asks for a single one: how long it waits, in tasks' durations.
import type { Pool } from 'pg'
import { quantile } from '../../telemetry/statistics.ts'
import { startServices } from '../services.ts'
import { insertWaiting } from './backlog-part.ts'
import type { Part } from './part.ts'

const busy = 'bench-a'
const quiet = 'bench-b'
const asked = 20
const warmUpTasks = 300

export function fairnessPart({ waiting }: { readonly waiting: number }): Part {
  return {
    variants: ['ours'],
    async measure(bench) {
      const { database, signal } = bench
      await database.clear()
      await insertWaiting(bench, waiting, [busy])
      await using services = await startServices(bench, 'ours')
      await database.untilCompleted(warmUpTasks, signal)
      for (let index = 0; index < asked; index++) {
        const taskId = await services.submit(quiet, 1)
        await untilStarted(bench.database.pool, taskId, signal)
      }
      const { rows } = await database.pool.query<{ tenant: string; waited: number; ran: number }>(
        `SELECT tenant_id AS tenant,
           extract(epoch FROM first_started_at - created_at)::float8 * 1000 AS waited,
           extract(epoch FROM ended_at - first_started_at)::float8 * 1000 AS ran
         FROM tasks WHERE ended_at IS NOT NULL`,
      )
      const left = waiting - rows.filter(({ tenant }) => tenant === busy).length
      if (left <= 0) throw new Error('nothing was left waiting: ask for more tasks')
      const of = (tenant: string, key: 'waited' | 'ran') =>
        rows.filter((row) => row.tenant === tenant).map((row) => row[key])
      return {
        ranMs: quantile(of(busy, 'ran'), 0.5),
        waitedMs: quantile(of(quiet, 'waited'), 0.5),
        waitedMostMs: quantile(of(quiet, 'waited'), 1),
      }
    },
  }
}

async function untilStarted(pool: Pool, taskId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const { rows } = await pool.query('SELECT ended_at FROM tasks WHERE id = $1', [taskId])
    if (rows[0]?.ended_at) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
