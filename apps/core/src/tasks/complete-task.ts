import {
  type CompleteTaskRequest,
  type CompleteTaskResponse,
  WriteOutcome,
} from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { resultSchema } from '../negotiations/result-mapper.ts'
import { uuid, validate } from '../validation.ts'
import { attemptNumber, explainUnapplied } from './write-outcome.ts'

const requestSchema = z.object({
  taskId: uuid,
  attempt: attemptNumber,
  result: z.preprocess((value) => value ?? {}, resultSchema),
})

export async function completeTask(
  database: Database,
  request: CompleteTaskRequest,
): Promise<CompleteTaskResponse> {
  const { taskId, attempt, result } = validate(requestSchema, request)
  // The fence is the WHERE clause: only the newest attempt of a running task gets through, and only once.
  const applied = await database.$executeRaw`
    WITH task AS (
      UPDATE tasks SET state = 'completed', updated_at = now(), ended_at = now()
      WHERE id = ${taskId}::uuid AND attempt = ${attempt} AND state = 'running'
      RETURNING id, attempt
    ), reported AS (
      UPDATE task_attempts SET outcome = 'completed', ended_at = now() FROM task
      WHERE task_id = task.id AND task_attempts.attempt = task.attempt
    )
    INSERT INTO negotiation_results
      (task_id, attempt, action, price_cents, message, model, input_tokens, output_tokens)
    SELECT id, attempt, ${result.action}::negotiation_action, ${result.priceCents}, ${result.message},
      ${result.model}, ${result.inputTokens}, ${result.outputTokens}
    FROM task`
  if (applied > 0) return { outcome: WriteOutcome.APPLIED }
  const { outcome } = await explainUnapplied(database, taskId, attempt)
  return { outcome }
}
