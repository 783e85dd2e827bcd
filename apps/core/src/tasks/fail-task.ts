import { type FailTaskRequest, type FailTaskResponse, WriteOutcome } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { text, uuid, validate } from '../validation.ts'
import { attemptNumber, explainUnapplied } from './write-outcome.ts'

const requestSchema = z.object({
  taskId: uuid,
  attempt: attemptNumber,
  errorCode: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a lower_case word'),
  errorMessage: text(500),
  retryable: z.boolean(),
})

export async function failTask(
  database: Database,
  request: FailTaskRequest,
): Promise<FailTaskResponse> {
  const { taskId, attempt, errorCode, errorMessage, retryable } = validate(requestSchema, request)
  const [task] = await database.$queryRaw<{ willRetry: boolean }[]>`
    WITH verdict AS (
      SELECT id, attempt, ${retryable} AND attempt < max_attempts AS will_retry FROM tasks
      WHERE id = ${taskId}::uuid AND attempt = ${attempt} AND state = 'running'
      FOR UPDATE
    ), task AS (
      UPDATE tasks SET updated_at = now(),
        state = CASE WHEN will_retry THEN 'queued' ELSE 'failed' END::task_state,
        ended_at = CASE WHEN will_retry THEN NULL ELSE now() END,
        error_code = CASE WHEN will_retry THEN NULL ELSE ${errorCode} END,
        error_message = CASE WHEN will_retry THEN NULL ELSE ${errorMessage} END
      FROM verdict WHERE tasks.id = verdict.id
      RETURNING tasks.id
    ), reported AS (
      UPDATE task_attempts SET outcome = 'failed', ended_at = now() FROM verdict
      WHERE task_id = verdict.id AND task_attempts.attempt = verdict.attempt
    )
    SELECT will_retry AS "willRetry" FROM verdict JOIN task ON task.id = verdict.id`
  if (task) return { outcome: WriteOutcome.APPLIED, willRetry: task.willRetry }
  return explainUnapplied(database, taskId, attempt)
}
