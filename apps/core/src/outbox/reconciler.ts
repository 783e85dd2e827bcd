// Finds the tasks that Redis forgot. A task that was sent must have a job that can still run until it has ended; one
// that has none is put back in line, and the dispatcher sends it in the context of the request that asked for it.
import { context } from '@opentelemetry/api'
import { contextFrom, withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { countRequeue } from '../metrics.ts'
import { type Repeating, repeat } from '../repeat.ts'
import type { TaskQueue } from './task-queue.ts'

export interface ReconcilerOptions {
  readonly database: Database
  readonly queue: TaskQueue
  readonly logger: Logger
  readonly intervalMs: number
  /** A task that changed more recently is left alone: its job may be on the way. */
  readonly graceMs?: number
  readonly onOutboxWritten: () => void
}

const batchSize = 100

export function startReconciler({
  database,
  queue,
  logger,
  intervalMs,
  graceMs = 5_000,
  onOutboxWritten,
}: ReconcilerOptions): Repeating {
  // One batch a turn, each from where the last one ended, and without a pause while there are more: however many are in
  // flight, they are walked through.
  let afterId = 0n
  const reconciling = repeat({
    name: 'reconciler',
    intervalMs,
    logger,
    run: () =>
      withoutTracing(async () => {
        const tasks = await tasksInFlight(database, afterId, graceMs)
        afterId = tasks.length === batchSize ? (tasks.at(-1)?.outboxId ?? 0n) : 0n
        const lost = await Promise.all(
          tasks.map((task) => reconcile(database, queue, logger, task)),
        )
        if (lost.includes(true)) onOutboxWritten()
        if (tasks.length === batchSize) reconciling.wake()
      }),
  })
  return reconciling
}

interface TaskInFlight {
  readonly outboxId: bigint
  readonly taskId: string
  readonly sentAt: Date
  readonly traceparent: string | null
}

function tasksInFlight(
  database: Database,
  afterId: bigint,
  graceMs: number,
): Promise<TaskInFlight[]> {
  return database.$queryRaw<TaskInFlight[]>`
    SELECT outbox.id AS "outboxId", task_id AS "taskId", sent_at AS "sentAt", traceparent
    FROM outbox JOIN tasks ON tasks.id = task_id
    WHERE sent_at IS NOT NULL AND outbox.id > ${afterId}
      AND GREATEST(sent_at, updated_at) < now() - make_interval(secs => ${graceMs / 1_000})
    ORDER BY outbox.id LIMIT ${batchSize}`
}

/** Whether the task has to be sent again. */
async function reconcile(
  database: Database,
  queue: TaskQueue,
  logger: Logger,
  { outboxId, taskId, sentAt, traceparent }: TaskInFlight,
): Promise<boolean> {
  const jobState = await queue.stateOf(taskId)
  if (jobState !== 'unknown' && jobState !== 'completed' && jobState !== 'failed') return false
  // An ended job keeps its id, and a job with a known id is not added.
  if (jobState !== 'unknown') await queue.remove(taskId)
  // Not when it has ended meanwhile, or another core has seen the same. The task's row first, as whoever ends it does.
  const putBack = await database.$executeRaw`
    WITH task AS (
      UPDATE tasks SET updated_at = now() WHERE id = ${taskId}::uuid AND ended_at IS NULL RETURNING id
    )
    UPDATE outbox SET sent_at = NULL FROM task
    WHERE task_id = task.id AND outbox.id = ${outboxId} AND sent_at = ${sentAt}`
  if (putBack === 0) return false
  // The line belongs to the request's trace, though no span of it is running.
  context.with(contextFrom({ traceparent: traceparent ?? undefined }), () =>
    logger.warn({ taskId, jobState }, 'task had no job that could run it; sending it again'),
  )
  countRequeue(jobState === 'unknown' ? 'job_lost' : 'job_ended')
  return true
}
