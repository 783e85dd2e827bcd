// Opens an attempt. Its number fences off the attempts before it: whatever they still report changes nothing.
import type { StartTaskRequest, StartTaskResponse } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import type { Listing } from '../gen/prisma/client.ts'
import { toListingMessage } from '../listings/listing-mapper.ts'
import { requiredText, traceparent, uuid, validate } from '../validation.ts'
import { failExhaustedTask } from './exhausted-task.ts'

const requestSchema = z.object({ taskId: uuid, workerId: requiredText(200), traceparent })

type OpenedAttempt = Listing & {
  tenantId: string
  taskType: string
  attempt: number
  maxAttempts: number
  budgetCents: number
  previousTraceparent: string | null
}

export async function startTask(
  database: Database,
  request: StartTaskRequest,
): Promise<StartTaskResponse> {
  const { taskId, workerId, traceparent } = validate(requestSchema, request)
  // One statement is one transaction: two workers that start a task at once get different numbers.
  const [opened] = await database.$queryRaw<OpenedAttempt[]>`
    WITH task AS (
      UPDATE tasks SET state = 'running', attempt = attempt + 1, updated_at = now()
      WHERE id = ${taskId}::uuid AND ended_at IS NULL AND attempt < max_attempts
      RETURNING *
    ), opened AS (
      INSERT INTO task_attempts (task_id, attempt, worker_id, traceparent)
      SELECT id, attempt, ${workerId}, ${traceparent} FROM task
    ), abandoned AS (
      UPDATE task_attempts SET outcome = 'abandoned', ended_at = now() FROM task
      WHERE task_id = task.id AND task_attempts.attempt < task.attempt AND outcome IS NULL
    )
    SELECT task.tenant_id AS "tenantId", task.type AS "taskType", task.attempt,
      task.max_attempts AS "maxAttempts", negotiations.budget_cents AS "budgetCents",
      previous.traceparent AS "previousTraceparent",
      listings.id, title, description, category, condition::text, price_cents AS "priceCents",
      listed_at AS "listedAt"
    FROM task
    JOIN negotiations ON negotiations.id = task.negotiation_id
    JOIN listings ON listings.id = negotiations.listing_id
    LEFT JOIN task_attempts AS previous
      ON previous.task_id = task.id AND previous.attempt = task.attempt - 1`
  if (!opened) throw await refusal(database, taskId)
  return {
    tenantId: opened.tenantId,
    taskType: opened.taskType,
    attempt: opened.attempt,
    maxAttempts: opened.maxAttempts,
    budgetCents: opened.budgetCents,
    previousTraceparent: opened.previousTraceparent ?? '',
    listing: toListingMessage(opened),
  }
}

/** Why no attempt was opened. A task whose last attempt died without a report ends here, or nobody would end it. */
async function refusal(database: Database, taskId: string): Promise<DomainError> {
  if (await failExhaustedTask(database, taskId)) {
    return new DomainError('failed_precondition', 'The task has no attempt left')
  }
  const task = await database.task.findUnique({ where: { id: taskId }, select: { state: true } })
  if (!task) return new DomainError('not_found', 'There is no such task')
  return new DomainError('failed_precondition', `The task has ended: ${task.state}`)
}
