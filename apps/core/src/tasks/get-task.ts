import type { GetTaskRequest, GetTaskResponse } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import { identifier, uuid, validate } from '../validation.ts'
import { toTaskMessage } from './task-mapper.ts'

const requestSchema = z.object({ tenantId: identifier, taskId: uuid })

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
  return { task: toTaskMessage(task) }
}
