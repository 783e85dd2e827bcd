// An operator's decision: failures are forgiven, nothing is forgotten. Attempts go on counting, because a worker that
// still runs an old one must stay fenced off.
import type { RetryTaskRequest, RetryTaskResponse } from '@throughline/contracts'
import { carrierOfActiveContext } from '@throughline/telemetry'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import { uuid, validate } from '../validation.ts'
import { toTaskMessage } from './task-mapper.ts'

const requestSchema = z.object({ taskId: uuid })

export async function retryTask(
  database: Database,
  request: RetryTaskRequest,
  beforeRetry: (taskId: string) => Promise<void>,
): Promise<RetryTaskResponse> {
  const { taskId } = validate(requestSchema, request)
  await beforeRetry(taskId)
  const { traceparent, baggage } = carrierOfActiveContext()
  // The time since its first start begins anew, or a task that had timed out would do so again at once.
  const queued = await database.$executeRaw`
    WITH task AS (
      UPDATE tasks SET state = 'queued', failures = 0, error_code = NULL, error_message = NULL,
        updated_at = now(), queued_at = now(), first_started_at = NULL, ended_at = NULL
      WHERE id = ${taskId}::uuid AND state IN ('failed', 'cancelled', 'dead')
      RETURNING id, tenant_id
    )
    INSERT INTO outbox (task_id, tenant_id, traceparent, baggage)
    SELECT id, tenant_id, ${traceparent ?? null}, ${baggage ?? null} FROM task`
  const task = await database.task.findUnique({ where: { id: taskId }, include: { result: true } })
  if (!task) throw new DomainError('not_found', 'There is no such task')
  if (queued === 0) {
    throw new DomainError('failed_precondition', `The task cannot be retried: ${task.state}`)
  }
  return { task: toTaskMessage(task) }
}
