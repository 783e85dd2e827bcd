// A task, its place in line and whatever it belongs to: one statement, so that all are committed, or none.
import { randomUUID } from 'node:crypto'
import type { TaskInput, TaskType } from '@throughline/contracts'
import { carrierOfActiveContext } from '@throughline/telemetry'
import { type Database, Prisma } from '../database.ts'
import { DomainError } from '../errors.ts'
import type { Submission } from './submission.ts'

export interface NewTask {
  readonly tenantId: string
  readonly type: TaskType
  readonly input: TaskInput<TaskType>
  readonly submission: Submission | undefined
  readonly negotiation?: {
    readonly id: string
    readonly listingId: string
    readonly budgetCents: number
  }
}

/** Nothing when there is a task of this submission already: it, and not this one, is the answer. */
export async function commitTask(
  database: Database,
  { tenantId, type, input, submission, negotiation }: NewTask,
): Promise<string | undefined> {
  const taskId = randomUUID()
  const { traceparent, baggage } = carrierOfActiveContext()
  const name = negotiation ? 'commit_negotiation' : 'commit_task'
  const [committed] = await database.statements.run<{ isTenant: boolean; outboxId: bigint | null }>(
    name,
    Prisma.sql`
    WITH tenant AS (
      SELECT id, budget_nano_usd_per_task FROM tenants WHERE id = ${tenantId}
    ), task AS (
      INSERT INTO tasks (id, tenant_id, negotiation_id, type, input, budget_nano_usd, idempotency_key, request_digest)
      SELECT ${taskId}::uuid, id, ${negotiation?.id ?? null}::uuid, ${type},
        ${JSON.stringify(input)}::jsonb, budget_nano_usd_per_task,
        ${submission?.key ?? null}::text, ${submission?.digest ?? null}::text
      FROM tenant
      ON CONFLICT (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
      RETURNING id, tenant_id
    ), ${negotiation ? insertNegotiation(negotiation) : Prisma.empty} line AS (
      INSERT INTO outbox (task_id, tenant_id, traceparent, baggage)
      SELECT id, tenant_id, ${traceparent ?? null}, ${baggage ?? null} FROM task
      RETURNING id
    )
    SELECT EXISTS (SELECT FROM tenant) AS "isTenant", (SELECT id FROM line) AS "outboxId"`,
  )
  if (!committed?.isTenant) throw new DomainError('not_found', 'There is no such tenant')
  return committed.outboxId === null ? undefined : taskId
}

function insertNegotiation({ id, listingId, budgetCents }: NonNullable<NewTask['negotiation']>) {
  return Prisma.sql`negotiation AS (
      INSERT INTO negotiations (id, tenant_id, listing_id, budget_cents)
      SELECT ${id}::uuid, tenant_id, ${listingId}, ${budgetCents} FROM task
    ),`
}
