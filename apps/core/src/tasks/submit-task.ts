import {
  type SubmitTaskRequest,
  type SubmitTaskResponse,
  taskTypeSchema,
  taskTypes,
} from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { idempotencyKey, identifier, json, validate, validateJson } from '../validation.ts'
import { commitTask } from './commit-task.ts'
import { findSubmitted, nameSubmission, requireSubmitted } from './submission.ts'
import { takeInput } from './task-input.ts'
import type { QueueHooks } from './task-service.ts'

const requestSchema = z.object({
  ...{ tenantId: identifier, type: taskTypeSchema, request: json, idempotencyKey },
})

export async function submitTask(
  database: Database,
  request: SubmitTaskRequest,
  { admit, onTaskQueued }: Pick<QueueHooks, 'admit' | 'onTaskQueued'>,
  signal: AbortSignal,
): Promise<SubmitTaskResponse> {
  const { tenantId, type, request: sent, idempotencyKey } = validate(requestSchema, request)
  const asked = validateJson(taskTypes[type].request, sent, 'request')
  const submission = nameSubmission(idempotencyKey, { type, asked })
  const submitted = await findSubmitted(database, tenantId, submission)
  if (submitted) return { taskId: submitted.id }

  admit()
  const input = await takeInput(database, type, asked)
  signal.throwIfAborted()
  const taskId = await commitTask(database, { tenantId, type, input, submission })
  if (taskId === undefined) {
    return { taskId: (await requireSubmitted(database, tenantId, submission)).id }
  }
  onTaskQueued()
  return { taskId }
}
