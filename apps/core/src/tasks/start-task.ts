// Opens an attempt. Its number fences off the attempts before it: whatever they still report changes nothing.
import {
  type Attempt,
  AttemptOutcome,
  type StartTaskRequest,
  type StartTaskResponse,
} from '@throughline/contracts'
import { z } from 'zod'
import { type Database, Prisma } from '../database.ts'
import { DomainError } from '../errors.ts'
import type { TaskAttempt } from '../gen/prisma/client.ts'
import { requiredText, traceparent, uuid, validate } from '../validation.ts'
import { endExhaustedTask, endOverspentTask } from './end-task.ts'
import { abandonOlder } from './report.ts'
import { toOutcomeMessage, toStruct } from './task-mapper.ts'
import { toUsageMessage, utcToday } from './usage.ts'

const requestSchema = z.object({
  ...{ taskId: uuid, workerId: requiredText(200), traceparent },
  deliveryId: requiredText(200)
    .nullish()
    .transform((id) => id ?? null),
})

export async function startTask(
  database: Database,
  request: StartTaskRequest,
): Promise<StartTaskResponse> {
  const { taskId, workerId, traceparent, deliveryId } = validate(requestSchema, request)
  // One statement is one transaction: two workers that start a task at once get different numbers. A task that is found
  // running has an attempt that never reported, which counts as a failure.
  const [opened] = await database.statements.run<OpenedAttempt>(
    'start_task',
    Prisma.sql`
    WITH task AS (
      UPDATE tasks SET state = 'running', attempt = attempt + 1, updated_at = now(),
        delivery_id = ${deliveryId}::text,
        failures = failures + (state = 'running')::int,
        first_started_at = COALESCE(first_started_at, now())
      FROM tenants LEFT JOIN tenant_days AS today
        ON today.tenant_id = tenants.id AND today.day = ${utcToday}
      WHERE tasks.id = ${taskId}::uuid AND ended_at IS NULL AND tenants.id = tasks.tenant_id
        AND COALESCE(delivery_id <> ${deliveryId}::text, TRUE)
        AND failures + (state = 'running')::int < max_failures
        AND COALESCE(budget_nano_usd_per_day > COALESCE(today.cost_nano_usd, 0), TRUE)
      RETURNING tasks.*, ${budgetLeft} AS budget_left
    ), opened AS (
      INSERT INTO task_attempts (task_id, attempt, worker_id, traceparent)
      SELECT id, attempt, ${workerId}, ${traceparent} FROM task
    ), ${abandonOlder}
    SELECT task.tenant_id AS "tenantId", task.type AS "taskType", task.input,
      task.attempt, task.reported_attempt AS "reportedAttempt", task.budget_left AS "budgetLeft",
      task.queued_at AS "queuedAt", task.first_started_at AS "firstStartedAt", now()::timestamptz(3) AS "startingAt",
      ${columnsOfPrevious}
    FROM task LEFT JOIN task_attempts AS previous
      ON previous.task_id = task.id AND previous.attempt = task.attempt - 1`,
  )
  if (opened) return toResponse(opened)
  const openedBefore = await findDelivered(database, taskId, deliveryId)
  if (openedBefore) return toResponse(openedBefore)
  throw await refusal(database, taskId)
}

/** The attempt that an earlier start of the same delivery has opened, if nothing has become of it yet. */
async function findDelivered(
  database: Database,
  taskId: string,
  deliveryId: string | null,
): Promise<OpenedAttempt | undefined> {
  if (deliveryId === null) return undefined
  const [opened] = await database.statements.run<OpenedAttempt>(
    'find_delivered',
    Prisma.sql`
    SELECT tasks.tenant_id AS "tenantId", tasks.type AS "taskType", tasks.input,
      tasks.attempt, tasks.reported_attempt AS "reportedAttempt", ${budgetLeft} AS "budgetLeft",
      tasks.queued_at AS "queuedAt", tasks.first_started_at AS "firstStartedAt", own.started_at AS "startingAt",
      ${columnsOfPrevious}
    FROM tasks
    JOIN task_attempts AS own ON own.task_id = tasks.id AND own.attempt = tasks.attempt
    JOIN tenants ON tenants.id = tasks.tenant_id
    LEFT JOIN tenant_days AS today ON today.tenant_id = tasks.tenant_id AND today.day = ${utcToday}
    LEFT JOIN task_attempts AS previous
      ON previous.task_id = tasks.id AND previous.attempt = tasks.attempt - 1
    WHERE tasks.id = ${taskId}::uuid AND tasks.delivery_id = ${deliveryId} AND tasks.state = 'running'`,
  )
  return opened
}

function toResponse(opened: OpenedAttempt): StartTaskResponse {
  const previous = previousAttempt(opened)
  const { startingAt, queuedAt, firstStartedAt } = opened
  return {
    tenantId: opened.tenantId,
    taskType: opened.taskType,
    attempt: opened.attempt,
    input: toStruct(opened.input),
    previous,
    firstUnreportedAttempt: opened.reportedAttempt + 1,
    budgetNanoUsd: opened.budgetLeft === null ? undefined : Math.max(0, Number(opened.budgetLeft)),
    // An abandoned task was queued by nobody here: when its job came back is known to the queue alone.
    waitedMs: wasAbandoned(previous) ? 0 : millisecondsBetween(queuedAt, startingAt),
    runningMs: millisecondsBetween(firstStartedAt, startingAt),
  }
}

/** What `tasks`, `tenants` and `today` leave of both budgets. */
const budgetLeft = Prisma.sql`LEAST(budget_nano_usd - tasks.cost_nano_usd,
        budget_nano_usd_per_day - COALESCE(today.cost_nano_usd, 0))`

interface OpenedAttempt extends Nullable<Omit<TaskAttempt, 'taskId' | 'attempt' | 'reportedAt'>> {
  readonly tenantId: string
  readonly taskType: string
  readonly input: unknown
  readonly attempt: number
  readonly reportedAttempt: number
  readonly budgetLeft: bigint | null
  readonly queuedAt: Date
  readonly firstStartedAt: Date
  readonly startingAt: Date
}

type Nullable<Row> = { readonly [Column in keyof Row]: Row[Column] | null }

const columnsOfPrevious = Prisma.sql`previous.worker_id AS "workerId", previous.traceparent,
      previous.started_at AS "startedAt", previous.ended_at AS "endedAt",
      previous.outcome::text, previous.error_code AS "errorCode",
      previous.input_tokens AS "inputTokens", previous.output_tokens AS "outputTokens",
      previous.cost_nano_usd AS "costNanoUsd", previous.unpriced_calls AS "unpricedCalls"`

/** As it was found. This statement abandons it when it had not ended, and cannot see what it is itself changing. */
function previousAttempt(opened: OpenedAttempt): Attempt | undefined {
  if (opened.attempt === 1) return undefined
  return {
    attempt: opened.attempt - 1,
    workerId: opened.workerId ?? '',
    traceparent: opened.traceparent ?? '',
    startedAt: opened.startedAt ?? undefined,
    endedAt: opened.endedAt ?? opened.startingAt,
    outcome: toOutcomeMessage(opened.outcome ?? 'abandoned'),
    errorCode: opened.errorCode ?? '',
    usage: toUsageMessage({
      inputTokens: opened.inputTokens ?? 0n,
      outputTokens: opened.outputTokens ?? 0n,
      costNanoUsd: opened.costNanoUsd ?? 0n,
      unpricedCalls: opened.unpricedCalls ?? 0n,
    }),
  }
}

function wasAbandoned(previous: Attempt | undefined): boolean {
  return previous?.outcome === AttemptOutcome.ABANDONED
}

function millisecondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime())
}

/** Why no attempt was opened. A task that can have no other one ends here, or nobody would end it. */
async function refusal(database: Database, taskId: string): Promise<DomainError> {
  await endExhaustedTask(database, taskId)
  await endOverspentTask(database, taskId)
  const task = await database.task.findUnique({
    where: { id: taskId },
    select: { state: true, errorCode: true },
  })
  if (!task) return new DomainError('not_found', 'There is no such task')
  const { state, errorCode } = task
  const why = errorCode === null || errorCode === state ? '' : ` (${errorCode})`
  return new DomainError('failed_precondition', `The task cannot be started: ${state}${why}`)
}
