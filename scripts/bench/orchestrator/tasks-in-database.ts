// What the bench asks PostgreSQL itself: it counts what has ended where it counts for everyone.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'

export const benchTenants = ['bench-a', 'bench-b', 'bench-c', 'bench-d'] as const
const pollMs = 10
const timeoutMs = 300_000

export interface TaskDatabase extends AsyncDisposable {
  readonly pool: Pool
  /** Takes every task away, so that no measurement finds what the one before it left. */
  clear(): Promise<void>
  completed(): Promise<number>
  /** Resolves when so many have completed, with the time by the bench's own clock. */
  untilCompleted(count: number, signal: AbortSignal): Promise<number>
}

export async function openDatabase(connectionString: string): Promise<TaskDatabase> {
  const pool = new Pool({ connectionString, max: 16 })
  await pool.query(
    `INSERT INTO tenants (id, name, max_running_tasks, tasks_per_minute)
     SELECT id, id, 1000000, 1000000000 FROM unnest($1::text[]) AS id`,
    [benchTenants],
  )
  const completed = async () => {
    const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM task_results')
    return Number(rows[0]?.count)
  }
  return {
    pool,
    async clear() {
      await pool.query('TRUNCATE tasks CASCADE')
    },
    completed,
    async untilCompleted(count, signal) {
      const until = performance.now() + timeoutMs
      while ((await completed()) < count) {
        if (performance.now() > until) throw new Error(`${count} tasks did not end in time`)
        await sleep(pollMs, undefined, { signal })
      }
      return performance.now()
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}
