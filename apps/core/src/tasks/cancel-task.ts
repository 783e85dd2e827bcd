import type { CancelTaskRequest, CancelTaskResponse } from '@throughline/contracts'
import { z } from 'zod'
import { type Database, Prisma } from '../database.ts'
import { DomainError } from '../errors.ts'
import { countCancelledTask } from '../metrics.ts'
import { text, uuid, validate } from '../validation.ts'
import { toTaskMessage } from './task-mapper.ts'

const requestSchema = z.object({ tenantId: text(40), taskId: uuid })

/** Longer than Redis is waited for. */
const transactionTimeoutMs = 10_000

export async function cancelTask(
  database: Database,
  request: CancelTaskRequest,
  tell: (taskId: string) => Promise<void>,
): Promise<CancelTaskResponse> {
  const { tenantId, taskId } = validate(requestSchema, request)
  const ofTenant = tenantId ? Prisma.sql`AND tenant_id = ${tenantId}` : Prisma.empty
  // Apart, so that the second statement sees the attempt of a start that the first had to wait for.
  const [, [cancelled]] = await database.$transaction([
    database.$executeRaw`SELECT FROM tasks WHERE id = ${taskId}::uuid ${ofTenant} FOR UPDATE`,
    database.$queryRaw<{ tenantId: string; type: string }[]>`
      WITH task AS (
        UPDATE tasks SET state = 'cancelled', error_code = 'cancelled',
          error_message = 'The task was cancelled', updated_at = now(), ended_at = now()
        WHERE id = ${taskId}::uuid ${ofTenant} AND ended_at IS NULL
        RETURNING id, tenant_id, type
      ), cancelled AS (
        UPDATE task_attempts SET outcome = 'cancelled', ended_at = now() FROM task
        WHERE task_id = task.id AND outcome IS NULL
      )
      SELECT tenant_id AS "tenantId", type FROM task`,
  ])
  if (cancelled) countCancelledTask(cancelled.tenantId, cancelled.type)
  const task = await database.$transaction(
    async (transaction) => {
      // A retry waits until everybody was told, or what is told would stop the task that it queued again.
      await transaction.$executeRaw`
        SELECT FROM tasks WHERE id = ${taskId}::uuid ${ofTenant} FOR UPDATE`
      const task = await transaction.task.findFirst({
        where: { id: taskId, ...(tenantId && { tenantId }) },
        include: { result: true },
      })
      // Also of a task that was cancelled before: whoever did that may have been killed before telling.
      if (task?.state === 'cancelled') await tell(taskId)
      return task
    },
    { timeout: transactionTimeoutMs },
  )
  if (!task) throw new DomainError('not_found', 'There is no such task')
  if (task.state !== 'cancelled') {
    throw new DomainError('failed_precondition', `The task has ended: ${task.state}`)
  }
  return { task: toTaskMessage(task) }
}
