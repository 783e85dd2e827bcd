import { type FailTaskRequest, type FailTaskResponse, WriteOutcome } from '@throughline/contracts'
import { z } from 'zod'
import { type Database, Prisma } from '../database.ts'
import { errorWord, text, validate } from '../validation.ts'
import { closeAttempt, explainUnapplied, fence, reportSchema } from './report.ts'
import { addUsed, used } from './usage.ts'

const requestSchema = reportSchema.extend({
  errorCode: errorWord,
  errorMessage: text(500),
  retryable: z.boolean(),
})

export async function failTask(
  database: Database,
  request: FailTaskRequest,
): Promise<FailTaskResponse> {
  const { errorCode, errorMessage, retryable, ...report } = validate(requestSchema, request)
  const failures = Prisma.sql`failures + ${retryable}::boolean::int`
  const willRetry = Prisma.sql`(${retryable}::boolean AND ${failures} < max_failures)`
  const [task] = await database.statements.run<{ willRetry: boolean }>(
    'fail_task',
    Prisma.sql`
    WITH ${used(report.usage)}, task AS (
      UPDATE tasks SET updated_at = now(), reported_attempt = attempt, failures = ${failures},
        state = CASE WHEN ${willRetry} THEN 'queued' WHEN ${retryable}::boolean THEN 'dead' ELSE 'failed' END::task_state,
        queued_at = CASE WHEN ${willRetry} THEN now() ELSE queued_at END,
        ended_at = CASE WHEN ${willRetry} THEN NULL ELSE now() END,
        error_code = CASE WHEN ${willRetry} THEN NULL ELSE ${errorCode} END,
        error_message = CASE WHEN ${willRetry} THEN NULL ELSE ${errorMessage} END,
        ${addUsed}
      FROM used WHERE ${fence(report)}
      RETURNING tasks.id, tasks.attempt, tasks.tenant_id, ended_at IS NULL AS will_retry
    ), ${closeAttempt('failed', errorCode)}
    SELECT will_retry AS "willRetry" FROM task`,
  )
  if (task) return { outcome: WriteOutcome.APPLIED, willRetry: task.willRetry }
  return explainUnapplied(database, report, 'failed')
}
