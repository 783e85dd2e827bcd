// Finds the tasks that Redis forgot. A task that has not ended must have a job that can still run; one that has none
// is written to the outbox again, and the relay sends it in the context of the request that asked for it.
import { context } from '@opentelemetry/api'
import { contextFrom, withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { countRequeue } from '../metrics.ts'
import { type Repeating, repeat } from '../repeat.ts'
import { failExhaustedTask } from '../tasks/exhausted-task.ts'
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
const firstId = '00000000-0000-0000-0000-000000000000'

export function startReconciler({
  database,
  queue,
  logger,
  intervalMs,
  graceMs = 5_000,
  onOutboxWritten,
}: ReconcilerOptions): Repeating {
  // One batch a turn, each from where the last one ended: a long backlog is walked through, not stared at.
  let afterId = firstId
  return repeat({
    name: 'reconciler',
    intervalMs,
    logger,
    run: () =>
      withoutTracing(async () => {
        const tasks = await openTasks(database, afterId, graceMs)
        afterId = tasks.length === batchSize ? (tasks.at(-1)?.id ?? firstId) : firstId
        const lost = await Promise.all(
          tasks.map((task) => reconcile(database, queue, logger, task)),
        )
        if (lost.includes(true)) onOutboxWritten()
      }),
  })
}

interface OpenTask {
  readonly id: string
  readonly exhausted: boolean
  readonly traceparent: string | null
}

function openTasks(database: Database, afterId: string, graceMs: number): Promise<OpenTask[]> {
  return database.$queryRaw<OpenTask[]>`
    SELECT tasks.id, attempt >= max_attempts AS exhausted, traceparent
    FROM tasks JOIN outbox ON outbox.task_id = tasks.id
    WHERE ended_at IS NULL AND tasks.id > ${afterId}::uuid
      AND GREATEST(sent_at, updated_at) < now() - make_interval(secs => ${graceMs / 1_000})
      AND sent_at IS NOT NULL
    ORDER BY tasks.id LIMIT ${batchSize}`
}

/** Whether the task's job has to be sent again. */
async function reconcile(
  database: Database,
  queue: TaskQueue,
  logger: Logger,
  { id, exhausted, traceparent }: OpenTask,
): Promise<boolean> {
  const jobState = await queue.stateOf(id)
  if (jobState !== 'unknown' && jobState !== 'completed' && jobState !== 'failed') return false
  const log = (message: string) =>
    // The line belongs to the request's trace, though no span of it is running.
    context.with(contextFrom({ traceparent: traceparent ?? undefined }), () =>
      logger.warn({ taskId: id, jobState }, message),
    )
  if (exhausted) {
    if (await failExhaustedTask(database, id)) log('task failed: no job and no attempt left')
    return false
  }
  // An ended job keeps its id, and a job with a known id is not added.
  if (jobState !== 'unknown') await queue.remove(id)
  const reopened = await database.$executeRaw`
    WITH task AS (
      UPDATE tasks SET updated_at = now() WHERE id = ${id}::uuid AND ended_at IS NULL RETURNING id
    )
    UPDATE outbox SET sent_at = NULL FROM task WHERE task_id = task.id`
  if (reopened === 0) return false
  log('task had no job that could run it; sending it again')
  countRequeue(jobState === 'unknown' ? 'job_lost' : 'job_ended')
  return true
}
