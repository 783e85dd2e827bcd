// An operator's decision: failures are forgiven, nothing is forgotten. Attempts go on counting, because a worker that
// still runs an old one must stay fenced off.
import type { RetryTaskRequest, RetryTaskResponse } from '@throughline/contracts'
import { carrierOfActiveContext } from '@throughline/telemetry'
import { z } from 'zod'
import type { Database, Prisma } from '../database.ts'
import { DomainError } from '../errors.ts'
import { uuid, validate } from '../validation.ts'
import { toTaskMessage } from './task-mapper.ts'

const requestSchema = z.object({ taskId: uuid })

const retriable = new Set(['failed', 'cancelled', 'dead'])
/** Longer than Redis is waited for. */
const transactionTimeoutMs = 10_000

export async function retryTask(
  database: Database,
  request: RetryTaskRequest,
  beforeRetry: (taskId: string) => Promise<void>,
): Promise<RetryTaskResponse> {
  const { taskId } = validate(requestSchema, request)
  const task = await database.$transaction(
    async (transaction) => {
      await lockEnded(transaction, taskId)
      await beforeRetry(taskId)
      await queueAgain(transaction, taskId)
      return transaction.task.findUniqueOrThrow({
        where: { id: taskId },
        include: { result: true },
      })
    },
    { timeout: transactionTimeoutMs },
  )
  return { task: toTaskMessage(task) }
}

/** Until the transaction ends, nobody else can retry it: its job and its cancellation may be taken away. */
async function lockEnded(transaction: Prisma.TransactionClient, taskId: string): Promise<void> {
  const [task] = await transaction.$queryRaw<{ state: string }[]>`
    SELECT state::text FROM tasks WHERE id = ${taskId}::uuid FOR UPDATE`
  if (!task) throw new DomainError('not_found', 'There is no such task')
  if (!retriable.has(task.state)) {
    throw new DomainError('failed_precondition', `The task cannot be retried: ${task.state}`)
  }
}

async function queueAgain(transaction: Prisma.TransactionClient, taskId: string): Promise<void> {
  const { traceparent, baggage } = carrierOfActiveContext()
  // The time since its first start begins anew, or a task that had timed out would do so again at once.
  await transaction.$executeRaw`
    WITH task AS (
      UPDATE tasks SET state = 'queued', failures = 0, error_code = NULL, error_message = NULL,
        updated_at = now(), queued_at = now(), first_started_at = NULL, ended_at = NULL
      WHERE id = ${taskId}::uuid
      RETURNING id, tenant_id
    )
    INSERT INTO outbox (task_id, tenant_id, traceparent, baggage)
    SELECT id, tenant_id, ${traceparent ?? null}, ${baggage ?? null} FROM task`
}
