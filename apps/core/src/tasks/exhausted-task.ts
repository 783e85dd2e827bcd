import type { Database } from '../database.ts'

/** Ends a task that has used all its attempts without one of them reporting. Says whether it was such a task. */
export async function failExhaustedTask(database: Database, taskId: string): Promise<boolean> {
  const failed = await database.$queryRaw<{ id: string }[]>`
    WITH task AS (
      UPDATE tasks SET state = 'failed', error_code = 'attempts_exhausted',
        error_message = 'Every attempt ended without a result', updated_at = now(), ended_at = now()
      WHERE id = ${taskId}::uuid AND ended_at IS NULL AND attempt >= max_attempts
      RETURNING id
    ), abandoned AS (
      UPDATE task_attempts SET outcome = 'abandoned', ended_at = now() FROM task
      WHERE task_id = task.id AND outcome IS NULL
    )
    SELECT id FROM task`
  return failed.length > 0
}
