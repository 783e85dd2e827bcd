// A task, its place in line and whatever it belongs to: one statement, so that all are committed, or none.
import { randomUUID } from 'node:crypto'
import type { TaskInput, TaskType } from '@throughline/contracts'
import { carrierOfActiveContext } from '@throughline/telemetry'
import { type Database, Prisma } from '../database.ts'
import { DomainError } from '../errors.ts'

export interface NewTask {
  readonly tenantId: string
  readonly type: TaskType
  readonly input: TaskInput<TaskType>
  readonly negotiation?: {
    readonly id: string
    readonly listingId: string
    readonly budgetCents: number
  }
}

/** Returns the task's id. */
export async function commitTask(
  database: Database,
  { tenantId, type, input, negotiation }: NewTask,
): Promise<string> {
  const taskId = randomUUID()
  const { traceparent, baggage } = carrierOfActiveContext()
  const name = negotiation ? 'commit_negotiation' : 'commit_task'
  const [committed] = await database.statements.run<{ id: bigint }>(
    name,
    Prisma.sql`
    WITH tenant AS (
      SELECT id, budget_nano_usd_per_task FROM tenants WHERE id = ${tenantId}
    ), ${negotiation ? insertNegotiation(negotiation) : Prisma.empty} task AS (
      INSERT INTO tasks (id, tenant_id, negotiation_id, type, input, budget_nano_usd)
      SELECT ${taskId}::uuid, id, ${negotiation?.id ?? null}::uuid, ${type},
        ${JSON.stringify(input)}::jsonb, budget_nano_usd_per_task
      FROM tenant
      RETURNING id, tenant_id
    )
    INSERT INTO outbox (task_id, tenant_id, traceparent, baggage)
    SELECT id, tenant_id, ${traceparent ?? null}, ${baggage ?? null} FROM task
    RETURNING id`,
  )
  if (!committed) throw new DomainError('not_found', 'There is no such tenant')
  return taskId
}

function insertNegotiation({ id, listingId, budgetCents }: NonNullable<NewTask['negotiation']>) {
  return Prisma.sql`negotiation AS (
      INSERT INTO negotiations (id, tenant_id, listing_id, budget_cents)
      SELECT ${id}::uuid, id, ${listingId}, ${budgetCents} FROM tenant
    ),`
}
