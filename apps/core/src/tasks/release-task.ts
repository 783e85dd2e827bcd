import {
  type ReleaseTaskRequest,
  type ReleaseTaskResponse,
  WriteOutcome,
} from '@throughline/contracts'
import { z } from 'zod'
import { type Database, Prisma } from '../database.ts'
import { errorWord, validate } from '../validation.ts'
import { closeAttempt, explainUnapplied, fence, reportSchema } from './report.ts'
import { addUsed, used } from './usage.ts'

const requestSchema = reportSchema.extend({ errorCode: z.union([z.literal(''), errorWord]) })

export async function releaseTask(
  database: Database,
  request: ReleaseTaskRequest,
): Promise<ReleaseTaskResponse> {
  const { errorCode, ...report } = validate(requestSchema, request)
  const [task] = await database.statements.run<{ id: string }>(
    'release_task',
    Prisma.sql`
    WITH ${used(report.usage)}, task AS (
      UPDATE tasks SET state = 'queued', updated_at = now(), queued_at = now(),
        reported_attempt = attempt, ${addUsed}
      FROM used WHERE ${fence(report)}
      RETURNING tasks.id, tasks.attempt, tasks.tenant_id
    ), ${closeAttempt('released', errorCode || null)}
    SELECT id FROM task`,
  )
  if (task) return { outcome: WriteOutcome.APPLIED }
  const { outcome } = await explainUnapplied(database, report, 'released')
  return { outcome }
}
