import type { CancelTaskRequest, CancelTaskResponse } from '@throughline/contracts'
import { z } from 'zod'
import { type Database, Prisma } from '../database.ts'
import { DomainError } from '../errors.ts'
import { text, uuid, validate } from '../validation.ts'
import { toTaskMessage } from './task-mapper.ts'

const requestSchema = z.object({ tenantId: text(40), taskId: uuid })

export async function cancelTask(
  database: Database,
  request: CancelTaskRequest,
): Promise<CancelTaskResponse> {
  const { tenantId, taskId } = validate(requestSchema, request)
  const ofTenant = tenantId ? Prisma.sql`AND tenant_id = ${tenantId}` : Prisma.empty
  // Apart, so that the second statement sees the attempt of a start that the first had to wait for.
  const [, cancelled] = await database.$transaction([
    database.$executeRaw`SELECT FROM tasks WHERE id = ${taskId}::uuid ${ofTenant} FOR UPDATE`,
    database.$executeRaw`
      WITH task AS (
        UPDATE tasks SET state = 'cancelled', error_code = 'cancelled',
          error_message = 'The task was cancelled', updated_at = now(), ended_at = now()
        WHERE id = ${taskId}::uuid ${ofTenant} AND ended_at IS NULL
        RETURNING id
      ), cancelled AS (
        UPDATE task_attempts SET outcome = 'cancelled', ended_at = now() FROM task
        WHERE task_id = task.id AND outcome IS NULL
      )
      SELECT id FROM task`,
  ])
  const task = await database.task.findFirst({
    where: { id: taskId, ...(tenantId && { tenantId }) },
    include: { result: true },
  })
  if (!task) throw new DomainError('not_found', 'There is no such task')
  if (cancelled === 0) {
    throw new DomainError('failed_precondition', `The task has ended: ${task.state}`)
  }
  return { task: toTaskMessage(task) }
}
