// What a buyer asked for becomes a negotiation and the task that carries it out.
import { randomUUID } from 'node:crypto'
import type { StartNegotiationRequest, StartNegotiationResponse } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { commitTask } from '../tasks/commit-task.ts'
import {
  findSubmitted,
  nameSubmission,
  requireSubmitted,
  type SubmittedTask,
} from '../tasks/submission.ts'
import { takeInput } from '../tasks/task-input.ts'
import type { QueueHooks } from '../tasks/task-service.ts'
import { idempotencyKey, identifier, positiveCents, validate } from '../validation.ts'

const taskType = 'negotiation'

const requestSchema = z.object({
  tenantId: identifier,
  listingId: identifier,
  budgetCents: positiveCents,
  idempotencyKey,
})

export async function startNegotiation(
  database: Database,
  request: StartNegotiationRequest,
  { admit, onTaskQueued }: Pick<QueueHooks, 'admit' | 'onTaskQueued'>,
  signal: AbortSignal,
): Promise<StartNegotiationResponse> {
  const { tenantId, idempotencyKey, ...asked } = validate(requestSchema, request)
  // Not what a task of this type is named by, which has no negotiation.
  const submission = nameSubmission(idempotencyKey, { negotiation: asked })
  const submitted = await findSubmitted(database, tenantId, submission)
  if (submitted) return toResponse(submitted)

  admit()
  const input = await takeInput(database, taskType, asked)
  signal.throwIfAborted()
  const negotiation = { id: randomUUID(), ...asked }
  const taskId = await commitTask(database, {
    tenantId,
    type: taskType,
    input,
    submission,
    negotiation,
  })
  if (taskId === undefined)
    return toResponse(await requireSubmitted(database, tenantId, submission))
  onTaskQueued()
  return { negotiationId: negotiation.id, taskId }
}

function toResponse({ id, negotiationId }: SubmittedTask): StartNegotiationResponse {
  return { taskId: id, negotiationId: negotiationId ?? '' }
}
