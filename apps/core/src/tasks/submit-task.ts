import {
  type SubmitTaskRequest,
  type SubmitTaskResponse,
  taskTypeSchema,
  taskTypes,
} from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { identifier, validate, validateJson } from '../validation.ts'
import { commitTask } from './commit-task.ts'
import { takeInput } from './task-input.ts'

const requestSchema = z.object({
  tenantId: identifier,
  type: taskTypeSchema,
  request: z.record(z.string(), z.unknown()).optional(),
})

export async function submitTask(
  database: Database,
  request: SubmitTaskRequest,
  signal: AbortSignal,
): Promise<SubmitTaskResponse> {
  const { tenantId, type, request: asked = {} } = validate(requestSchema, request)
  const input = await takeInput(
    database,
    type,
    validateJson(taskTypes[type].request, asked, 'request'),
  )
  signal.throwIfAborted()
  return { taskId: await commitTask(database, { tenantId, type, input }) }
}
