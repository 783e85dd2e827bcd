// What a buyer asked for becomes a negotiation, a task and an outbox row: all three are committed, or none.
import { randomUUID } from 'node:crypto'
import {
  type StartNegotiationRequest,
  type StartNegotiationResponse,
  type TaskJob,
  taskQueueName,
} from '@throughline/contracts'
import { carrierOfActiveContext } from '@throughline/telemetry'
import { z } from 'zod'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
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
  await checkReferences(database, tenantId, listingId)
  signal.throwIfAborted()

  const negotiationId = randomUUID()
  const taskId = randomUUID()
  const payload: TaskJob = { taskId, tenantId, taskType: 'negotiation' }
  // One nested write is one transaction.
  await database.negotiation.create({
    data: {
      id: negotiationId,
      tenantId,
      listingId,
      budgetCents,
      task: {
        create: {
          id: taskId,
          tenantId,
          type: payload.taskType,
          outbox: { create: { queue: taskQueueName, payload, ...carrierOfActiveContext() } },
        },
      },
    },
    select: { id: true },
  })
  return { negotiationId, taskId }
}

async function checkReferences(database: Database, tenantId: string, listingId: string) {
  const [found] = await database.$queryRaw<[{ tenant: boolean; listing: boolean }]>`
    SELECT EXISTS (SELECT FROM tenants WHERE id = ${tenantId}) AS tenant,
      EXISTS (SELECT FROM listings WHERE id = ${listingId}) AS listing`
  if (!found.tenant) throw new DomainError('not_found', 'There is no such tenant')
  if (!found.listing) throw new DomainError('not_found', 'There is no such listing')
}
