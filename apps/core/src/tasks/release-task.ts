import {
  type ReleaseTaskRequest,
  type ReleaseTaskResponse,
  WriteOutcome,
} from '@throughline/contracts'
import { type Database, Prisma } from '../database.ts'
import { validate } from '../validation.ts'
import { closeAttempt, explainUnapplied, fence, reportSchema } from './report.ts'
import { addUsed, used } from './usage.ts'

export async function releaseTask(
  database: Database,
  request: ReleaseTaskRequest,
): Promise<ReleaseTaskResponse> {
  const report = validate(reportSchema, request)
  const [task] = await database.statements.run<{ id: string }>(
    'release_task',
    Prisma.sql`
    WITH ${used(report.usage)}, task AS (
      UPDATE tasks SET state = 'queued', updated_at = now(), queued_at = now(),
        reported_attempt = attempt, ${addUsed}
      FROM used WHERE ${fence(report)}
      RETURNING tasks.id, tasks.attempt, tasks.tenant_id
    ), ${closeAttempt('released')}
    SELECT id FROM task`,
  )
  if (task) return { outcome: WriteOutcome.APPLIED }
  const { outcome } = await explainUnapplied(database, report)
  return { outcome }
}
