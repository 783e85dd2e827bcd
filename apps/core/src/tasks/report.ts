// What the three reports of an attempt have in common. Each is one statement: `task` is the row that it moved on, and is
// empty when the fence refused; everything else in the statement follows from `task`.
import { WriteOutcome } from '@throughline/contracts'
import { z } from 'zod'
import { type Database, Prisma } from '../database.ts'
import { DomainError } from '../errors.ts'
import type { AttemptOutcome } from '../gen/prisma/client.ts'
import { uuid } from '../validation.ts'
import { addToTenantDay, addUsed, usageSchema, used } from './usage.ts'

export const reportSchema = z.object({
  taskId: uuid,
  attempt: z.int().min(1, 'must be at least 1'),
  usage: usageSchema,
})

export type Report = z.infer<typeof reportSchema>

/** Only the newest attempt of a running task gets through, and only once. */
export function fence({ taskId, attempt }: Report) {
  return Prisma.sql`tasks.id = ${taskId}::uuid AND tasks.attempt = ${attempt} AND state = 'running'`
}

/** CTEs that depend on `task` and `used`: the attempt ends, its usage is added to the tenant's day. */
export function closeAttempt(outcome: AttemptOutcome, errorCode: string | null = null) {
  return Prisma.sql`reported AS (
      UPDATE task_attempts SET outcome = ${outcome}::attempt_outcome, error_code = ${errorCode},
        ended_at = now(), reported_at = now(), input_tokens = used.input_tokens,
        output_tokens = used.output_tokens, cost_nano_usd = used.cost_nano_usd,
        unpriced_calls = used.unpriced_calls
      FROM task, used WHERE task_id = task.id AND task_attempts.attempt = task.attempt
    ), ${abandonOlder}, ${addToTenantDay}`
}

/** An attempt that was opened while its successor was being opened has been missed by it. */
export const abandonOlder = Prisma.sql`abandoned AS (
      UPDATE task_attempts SET outcome = 'abandoned', ended_at = now() FROM task
      WHERE task_id = task.id AND task_attempts.attempt < task.attempt AND outcome IS NULL
    )`

interface Unapplied {
  readonly outcome: WriteOutcome
  readonly willRetry: boolean
}

/** Why a report changed nothing: it was repeated, or something else had ended its attempt. */
export async function explainUnapplied(
  database: Database,
  report: Report,
  reported: AttemptOutcome,
): Promise<Unapplied> {
  const { taskId, attempt } = report
  const row = await database.taskAttempt.findUnique({
    where: { taskId_attempt: { taskId, attempt } },
    select: { outcome: true, task: { select: { attempt: true, endedAt: true } } },
  })
  if (!row) throw new DomainError('not_found', `The task has no attempt ${attempt}`)
  const willRetry = row.task.endedAt === null
  if (row.outcome === reported) return { outcome: WriteOutcome.DUPLICATE, willRetry }
  // An overtaken attempt's is not counted: its successor found it in the checkpoint, or whoever ends the task will.
  if (!willRetry && row.task.attempt === attempt) await countLateUsage(database, report)
  return { outcome: WriteOutcome.STALE, willRetry }
}

/**
 * Of a task that has ended while its attempts had something left to report, which stays as it ended. It stands with the
 * newest attempt, and none reports after it: whatever is found of the others is in it.
 */
export async function countLateUsage(
  database: Database,
  { taskId, attempt, usage }: Report,
): Promise<WriteOutcome> {
  const [counted] = await database.$queryRaw<{ id: string }[]>`
    WITH ${used(usage)}, task AS (
      UPDATE tasks SET ${addUsed}, reported_attempt = attempt FROM used
      WHERE id = ${taskId}::uuid AND attempt >= ${attempt} AND reported_attempt < ${attempt}
        AND ended_at IS NOT NULL
      RETURNING tasks.id, tasks.attempt, tasks.tenant_id
    ), reported AS (
      UPDATE task_attempts SET reported_at = now(), input_tokens = used.input_tokens,
        output_tokens = used.output_tokens, cost_nano_usd = used.cost_nano_usd,
        unpriced_calls = used.unpriced_calls
      FROM task, used WHERE task_id = task.id AND task_attempts.attempt = task.attempt
    ), ${addToTenantDay}
    SELECT id FROM task`
  return counted === undefined ? WriteOutcome.STALE : WriteOutcome.APPLIED
}
