import type { GetTaskHistoryRequest, GetTaskHistoryResponse } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import { uuid, validate } from '../validation.ts'
import { toAttemptMessage, toStruct, toTaskMessage } from './task-mapper.ts'

const requestSchema = z.object({ taskId: uuid })

/** A task that is retried and released for ever would outgrow a message: its newest attempts say what matters. */
const maxAttempts = 1_000

export async function getTaskHistory(
  database: Database,
  request: GetTaskHistoryRequest,
): Promise<GetTaskHistoryResponse> {
  const { taskId } = validate(requestSchema, request)
  const task = await database.task.findUnique({
    where: { id: taskId },
    include: { result: true, attempts: { orderBy: { attempt: 'desc' }, take: maxAttempts } },
  })
  if (!task) throw new DomainError('not_found', 'There is no such task')
  return {
    task: toTaskMessage(task),
    input: toStruct(task.input),
    attempts: task.attempts.reverse().map(toAttemptMessage),
  }
}
