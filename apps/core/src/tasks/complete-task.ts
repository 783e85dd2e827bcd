import {
  type CompleteTaskRequest,
  type CompleteTaskResponse,
  type TaskType,
  taskTypeSchema,
  taskTypes,
  WriteOutcome,
} from '@throughline/contracts'
import { type Database, Prisma } from '../database.ts'
import { json, validate, validateJson } from '../validation.ts'
import { closeAttempt, explainUnapplied, fence, reportSchema } from './report.ts'
import { addUsed, used } from './usage.ts'

const requestSchema = reportSchema.extend({ result: json })

export async function completeTask(
  database: Database,
  request: CompleteTaskRequest,
): Promise<CompleteTaskResponse> {
  const { result, ...report } = validate(requestSchema, request)
  // The type is known to the row alone. Reading it first would be a second trip for every task there is.
  const resultByType = resultsThatFit(result)
  const [applied] = await database.statements.run<{ attempt: number }>(
    'complete_task',
    Prisma.sql`
    WITH ${used(report.usage)}, task AS (
      UPDATE tasks SET state = 'completed', updated_at = now(), ended_at = now(),
        reported_attempt = attempt, ${addUsed}
      FROM used WHERE ${fence(report)} AND ${JSON.stringify(resultByType)}::jsonb -> type IS NOT NULL
      RETURNING tasks.id, tasks.attempt, tasks.tenant_id, type
    ), ${closeAttempt('completed')}
    INSERT INTO task_results (task_id, attempt, result)
    SELECT id, attempt, ${JSON.stringify(resultByType)}::jsonb -> type FROM task
    RETURNING attempt`,
  )
  if (applied) return { outcome: WriteOutcome.APPLIED }
  await refuseMisfit(database, report.taskId, result)
  const { outcome } = await explainUnapplied(database, report, 'completed')
  return { outcome }
}

function resultsThatFit(result: unknown): { readonly [Type in TaskType]?: unknown } {
  const fitting = taskTypeSchema.options.map((type) => {
    const { data } = taskTypes[type].result.safeParse(result)
    return [type, data] as const
  })
  return Object.fromEntries(fitting)
}

async function refuseMisfit(database: Database, taskId: string, result: unknown): Promise<void> {
  const task = await database.task.findUnique({ where: { id: taskId }, select: { type: true } })
  const { data: type } = taskTypeSchema.safeParse(task?.type)
  if (type) validateJson(taskTypes[type].result, result, 'result')
}
