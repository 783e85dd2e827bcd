// Whose turn it is. The next places go to the tenants with the fewest tasks in flight, the oldest task of each first.
import type { TaskJob } from '@throughline/contracts'
import { Prisma } from '../database.ts'
import type { Statements } from '../statements.ts'

export interface Turns {
  /** How many tasks may be in flight at once, of all tenants together. */
  readonly window: number
  /** Tenants whose tasks have to wait for their rate limit. */
  readonly heldBack: readonly string[]
}

export interface ChosenTask {
  readonly outboxId: bigint
  readonly taskId: string
  readonly tenantId: string
  readonly type: TaskJob['taskType']
  /** How many tasks of its tenant are in flight, this one included. */
  readonly turn: number
  readonly maxFailures: number
  readonly tasksPerMinute: number
  readonly traceparent: string | null
  readonly baggage: string | null
  readonly waitingSince: Date
}

export interface Choice {
  readonly chosen: readonly ChosenTask[]
  /** Others could go as soon as a place is free. */
  readonly othersWait: boolean
}

/** Of one choice: it bounds a transaction and a pipeline. */
export const maxChosen = 200

/** Any number: whoever holds it chooses. What others have chosen before is counted, so that no limit is passed. */
const choosing = 7_114_512

/**
 * Chooses tasks and marks them as sent, until the transaction ends at the latest. The first task of a tenant needs no
 * free place: however full the queue is of others' tasks, it gets in, and its priority puts it in front of them.
 *
 * What it reads is the tasks in flight and, by index, a few rows of each tenant that waits: never the whole backlog. Two
 * things in it are only there because the planner takes few rows for many: a tenant's next tasks are looked for between
 * its id and its id, else it reads those of all tenants in their order; and what was chosen is handed on as an array,
 * else it joins it to all there is.
 */
export async function chooseTasks(
  transaction: Statements,
  { window, heldBack }: Turns,
): Promise<Choice> {
  // A statement of its own: the next one sees whatever was committed until the lock was given.
  await transaction.run('wait_to_choose', Prisma.sql`SELECT pg_advisory_xact_lock(${choosing})`)
  const rows = await transaction.run<Row>(
    'choose_tasks',
    Prisma.sql`
    WITH RECURSIVE waiting AS (
      (SELECT tenant_id FROM outbox WHERE sent_at IS NULL ORDER BY tenant_id LIMIT 1)
      UNION ALL
      SELECT (
        SELECT outbox.tenant_id FROM outbox
        WHERE sent_at IS NULL AND outbox.tenant_id > waiting.tenant_id ORDER BY tenant_id LIMIT 1
      )
      FROM waiting WHERE waiting.tenant_id IS NOT NULL
    ), in_flight AS (
      SELECT tenant_id, count(*)::int AS tasks FROM outbox WHERE sent_at IS NOT NULL GROUP BY tenant_id
    ), places AS (
      SELECT GREATEST(0, ${window}::int - COALESCE(sum(tasks), 0))::int AS free FROM in_flight
    ), line AS (
      SELECT next.id, max_running_tasks, tasks_per_minute,
        (COALESCE(tasks, 0) + row_number() OVER (PARTITION BY tenants.id ORDER BY next.id))::int AS turn
      FROM waiting
      JOIN tenants ON tenants.id = waiting.tenant_id AND tenants.id <> ALL (${heldBack}::text[])
      LEFT JOIN in_flight ON in_flight.tenant_id = tenants.id
      CROSS JOIN places
      CROSS JOIN LATERAL (
        SELECT id FROM outbox
        WHERE sent_at IS NULL AND outbox.tenant_id >= tenants.id AND outbox.tenant_id <= tenants.id
        ORDER BY outbox.tenant_id, id LIMIT LEAST(GREATEST(free, 1), ${maxChosen}::int) + 1
      ) AS next
    ), ranked AS (
      SELECT *, row_number() OVER (ORDER BY turn, id) AS place FROM line WHERE turn <= max_running_tasks
    ), chosen AS (
      SELECT ranked.* FROM ranked, places
      WHERE place <= ${maxChosen} AND (place <= free OR turn = 1)
    ), sent AS (
      UPDATE outbox SET sent_at = now() WHERE id = ANY (ARRAY(SELECT id FROM chosen))
      RETURNING id, task_id, tenant_id, traceparent, baggage
    ), gone AS (
      SELECT sent.id AS "outboxId", task_id AS "taskId", sent.tenant_id AS "tenantId", type, turn,
        max_failures AS "maxFailures", tasks_per_minute AS "tasksPerMinute", traceparent, baggage,
        updated_at AS "waitingSince"
      FROM sent JOIN chosen USING (id) JOIN tasks ON tasks.id = task_id
    )
    SELECT (SELECT count(*) FROM line) > (SELECT count(*) FROM chosen) AS "othersWait", gone.*
    FROM (SELECT) AS always LEFT JOIN gone ON true ORDER BY turn, "outboxId"`,
  )
  return {
    chosen: rows.filter((row): row is Row & ChosenTask => row.outboxId !== null),
    othersWait: rows.some((row) => row.othersWait),
  }
}

type Row = { readonly othersWait: boolean } & (ChosenTask | { readonly outboxId: null })

/** They were chosen, and cannot go yet. */
export async function putBack(
  transaction: Statements,
  tasks: readonly ChosenTask[],
): Promise<void> {
  const outboxIds = tasks.map(({ outboxId }) => outboxId)
  await transaction.run(
    'put_back',
    Prisma.sql`UPDATE outbox SET sent_at = NULL WHERE id = ANY (${outboxIds}::bigint[])`,
  )
}
