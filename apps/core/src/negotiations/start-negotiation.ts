// What a buyer asked for becomes a negotiation and the task that carries it out.
import { randomUUID } from 'node:crypto'
import type { StartNegotiationRequest, StartNegotiationResponse } from '@throughline/contracts'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { commitTask } from '../tasks/commit-task.ts'
import { takeInput } from '../tasks/task-input.ts'
import { identifier, positiveCents, validate } from '../validation.ts'

const requestSchema = z.object({
  tenantId: identifier,
  listingId: identifier,
  budgetCents: positiveCents,
})

export async function startNegotiation(
  database: Database,
  request: StartNegotiationRequest,
  signal: AbortSignal,
): Promise<StartNegotiationResponse> {
  const { tenantId, listingId, budgetCents } = validate(requestSchema, request)
  const input = await takeInput(database, 'negotiation', { listingId, budgetCents })
  signal.throwIfAborted()

  const negotiation = { id: randomUUID(), listingId, budgetCents }
  const taskId = await commitTask(database, { tenantId, type: 'negotiation', input, negotiation })
  return { negotiationId: negotiation.id, taskId }
}
