// Committed tasks of which no dispatcher was told, as many as a test needs.
import type { Database } from '../database.ts'

/** Oldest first. */
export async function commitQuietly(
  database: Database,
  tenantId: string,
  count = 1,
): Promise<string[]> {
  const rows = await database.$queryRaw<{ taskId: string }[]>`
    WITH task AS (
      INSERT INTO tasks (id, tenant_id, type, input)
      SELECT gen_random_uuid(), ${tenantId}, 'noop', '{"nodes":1}' FROM generate_series(1, ${count})
      RETURNING id
    ), waiting AS (
      INSERT INTO outbox (task_id, tenant_id) SELECT id, ${tenantId} FROM task RETURNING id, task_id
    )
    SELECT task_id AS "taskId" FROM waiting ORDER BY id`
  return rows.map(({ taskId }) => taskId)
}

export async function endTasks(database: Database, taskIds: readonly string[]): Promise<void> {
  await database.$executeRaw`
    UPDATE tasks SET state = 'completed', ended_at = now() WHERE id = ANY (${taskIds}::uuid[])`
}

export async function limitTenant(
  database: Database,
  id: string,
  limits: { readonly maxRunningTasks?: number; readonly tasksPerMinute?: number },
): Promise<void> {
  await database.tenant.upsert({
    where: { id },
    create: { id, name: id, ...limits },
    update: limits,
  })
}
