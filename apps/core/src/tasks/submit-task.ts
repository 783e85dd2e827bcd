import {
  type SubmitTaskRequest,
  type SubmitTaskResponse,
  taskTypeSchema,
  taskTypes,
} from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { identifier, json, validate, validateJson } from '../validation.ts'
import { commitTask } from './commit-task.ts'
import { takeInput } from './task-input.ts'

const requestSchema = z.object({ tenantId: identifier, type: taskTypeSchema, request: json })

export async function submitTask(
  database: Database,
  request: SubmitTaskRequest,
  signal: AbortSignal,
): Promise<SubmitTaskResponse> {
  const { tenantId, type, request: sent } = validate(requestSchema, request)
  const asked = validateJson(taskTypes[type].request, sent, 'request')
  const input = await takeInput(database, type, asked)
  signal.throwIfAborted()
  return { taskId: await commitTask(database, { tenantId, type, input }) }
}
