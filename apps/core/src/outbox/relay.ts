// Moves committed jobs to the queue. A commit wakes it; a slow poll finds what a crash or an outage left behind.
// Rows stay locked while they are sent, so that two relays never send the same one. A crash between sending and
// marking sends a job again, which changes nothing, because the job's id is the task's.
import { context } from '@opentelemetry/api'
import { contextFrom, withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { recordSent } from '../metrics.ts'
import { type Repeating, repeat } from '../repeat.ts'
import type { TaskQueue } from './task-queue.ts'

export interface RelayOptions {
  readonly database: Database
  readonly queue: TaskQueue
  readonly logger: Logger
  readonly pollIntervalMs?: number
}

const batchSize = 50
const transactionTimeoutMs = 10_000

export function startRelay({
  database,
  queue,
  logger,
  pollIntervalMs = 1_000,
}: RelayOptions): Repeating {
  const relay: Repeating = repeat({
    name: 'outbox relay',
    intervalMs: pollIntervalMs,
    logger,
    // One batch a run: a relay that is stopped does not first send a whole backlog.
    async run() {
      const sent = await withoutTracing(() => sendBatch(database, queue))
      if (sent === batchSize) relay.wake()
    },
  })
  return relay
}

interface UnsentRow {
  readonly id: bigint
  readonly taskId: string
  readonly type: string
  readonly payload: unknown
  readonly traceparent: string | null
  readonly baggage: string | null
  readonly waitingSince: Date
}

/** Sends the oldest jobs. When one cannot be sent, the others are marked all the same, and it throws. */
export async function sendBatch(database: Database, queue: TaskQueue): Promise<number> {
  const results = await database.$transaction(
    async (transaction) => {
      const rows = await transaction.$queryRaw<UnsentRow[]>`
        SELECT outbox.id, task_id AS "taskId", type, payload, traceparent, baggage,
          GREATEST(outbox.created_at, updated_at) AS "waitingSince"
        FROM outbox JOIN tasks ON tasks.id = task_id
        WHERE sent_at IS NULL ORDER BY outbox.id LIMIT ${batchSize}
        FOR UPDATE OF outbox SKIP LOCKED`
      if (rows.length === 0) return []
      const results = await Promise.allSettled(rows.map((row) => send(queue, row)))
      const sentIds = results.flatMap((result) =>
        result.status === 'fulfilled' ? [result.value] : [],
      )
      await transaction.$executeRaw`UPDATE outbox SET sent_at = now() WHERE id = ANY(${sentIds})`
      return results
    },
    { timeout: transactionTimeoutMs },
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return results.length
}

/** In the context of the request that wrote the row: the job's PRODUCER span becomes a child of it. */
async function send(queue: TaskQueue, row: UnsentRow): Promise<bigint> {
  const carrier = { traceparent: row.traceparent ?? undefined, baggage: row.baggage ?? undefined }
  await context.with(contextFrom(carrier), () => queue.add(row.taskId, row.type, row.payload))
  recordSent(row.waitingSince)
  return row.id
}
