// Ends tasks that no attempt will end: there is none left, or no money for one. Each says whether it was such a task.
import { type Database, Prisma } from '../database.ts'
import { countFailedTask } from '../metrics.ts'
import { utcToday } from './usage.ts'

/** When an attempt is open, whoever calls this takes it for lost. */
export function endExhaustedTask(database: Database, taskId: string): Promise<boolean> {
  return endTask(
    database,
    Prisma.sql`
      UPDATE tasks SET state = 'dead', failures = max_failures, error_code = 'attempts_exhausted',
        error_message = 'Every attempt failed or was lost', updated_at = now(), ended_at = now()
      WHERE id = ${taskId}::uuid AND ended_at IS NULL
        AND failures + (state = 'running')::int >= max_failures
      RETURNING id, attempt, tenant_id, type`,
  )
}

/** Its tenant has used up what may be spent on this day. */
export function endOverspentTask(database: Database, taskId: string): Promise<boolean> {
  return endTask(
    database,
    Prisma.sql`
      UPDATE tasks SET state = 'failed', failures = failures + (state = 'running')::int,
        error_code = 'budget_exceeded', error_message = 'The budget of the day is used up',
        updated_at = now(), ended_at = now()
      FROM tenants LEFT JOIN tenant_days AS today
        ON today.tenant_id = tenants.id AND today.day = ${utcToday}
      WHERE tasks.id = ${taskId}::uuid AND ended_at IS NULL AND tenants.id = tasks.tenant_id
        AND budget_nano_usd_per_day <= COALESCE(today.cost_nano_usd, 0)
      RETURNING tasks.id, attempt, tasks.tenant_id, type`,
  )
}

async function endTask(database: Database, update: Prisma.Sql): Promise<boolean> {
  const [ended] = await database.$queryRaw<{ tenantId: string; type: string }[]>`
    WITH task AS (${update}), abandoned AS (
      UPDATE task_attempts SET outcome = 'abandoned', ended_at = now() FROM task
      WHERE task_id = task.id AND task_attempts.attempt <= task.attempt AND outcome IS NULL
    )
    SELECT tenant_id AS "tenantId", type FROM task`
  if (ended === undefined) return false
  countFailedTask(ended.tenantId, ended.type)
  return true
}
