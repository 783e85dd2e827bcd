import { type GetTaskRequest, type GetTaskResponse, TaskState } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import type { Task } from '../gen/prisma/client.ts'
import { toResultMessage } from '../negotiations/result-mapper.ts'
import { identifier, uuid, validate } from '../validation.ts'

const requestSchema = z.object({ tenantId: identifier, taskId: uuid })

const states = {
  queued: TaskState.QUEUED,
  running: TaskState.RUNNING,
  completed: TaskState.COMPLETED,
  failed: TaskState.FAILED,
} as const satisfies Record<Task['state'], TaskState>

export async function getTask(
  database: Database,
  request: GetTaskRequest,
): Promise<GetTaskResponse> {
  const { tenantId, taskId } = validate(requestSchema, request)
  const task = await database.task.findFirst({
    where: { id: taskId, tenantId },
    include: { result: true },
  })
  if (!task) throw new DomainError('not_found', 'There is no such task')
  return {
    task: {
      id: task.id,
      tenantId: task.tenantId,
      negotiationId: task.negotiationId,
      type: task.type,
      state: states[task.state],
      attempt: task.attempt,
      createdAt: task.createdAt,
      updatedAt: task.updatedAt,
      result: task.result ? toResultMessage(task.result) : undefined,
      errorCode: task.errorCode ?? '',
      errorMessage: task.errorMessage ?? '',
    },
  }
}
