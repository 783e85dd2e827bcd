// One attempt at a task, from core's leave to start it to core's word on how it ended.
import {
  agentTypes,
  type TaskJob,
  type TaskServiceClient,
  type TaskType,
} from '@throughline/contracts'
import { attributes, spans, withSpan } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { underLease } from '../checkpoints/under-lease.ts'
import type { Prices } from '../cost/prices.ts'
import { openSpending, usageAttributes } from '../cost/spending.ts'
import { type TaskError, throwIfCancelled, toTaskError } from '../errors.ts'
import type { TaskEventWriter } from '../events/task-events.ts'
import { type Lease, requireLease } from '../leases/lease.ts'
import type { Workflow } from '../workflows/workflow.ts'
import type { Attempt } from './attempt.ts'
import { forgetCancellation } from './forget-cancellation.ts'
import { reportFailure, reportResult } from './reports.ts'
import { runWorkflow, type WorkflowDependencies } from './run-workflow.ts'
import { startAttempt } from './start-attempt.ts'
import { tellCompleted, tellFailed, tellStarted } from './tell.ts'

export interface TaskDependencies extends WorkflowDependencies {
  readonly core: TaskServiceClient
  readonly workflows: Readonly<Record<TaskType, Workflow>>
  readonly events: TaskEventWriter
  readonly prices: Prices
  /** For finding out what became of the worker before. */
  readonly redis: Redis
  readonly logger: Logger
  readonly workerId: string
  /** For how long a start without an answer is sent again. */
  readonly startPatienceMs?: number
}

/** Resolves when nothing is left to do for this job, whoever ended the task; else throws a TaskError. */
export async function runTask(
  dependencies: TaskDependencies,
  job: TaskJob,
  lease: Lease,
): Promise<void> {
  const { taskId, taskType } = job
  const about = {
    [attributes.taskId]: taskId,
    [attributes.taskType]: taskType,
    [attributes.tenantId]: job.tenantId,
    [attributes.agentType]: agentTypes[taskType],
    [attributes.workerId]: dependencies.workerId,
  }
  await withSpan(spans.runTask, about, async (span) => {
    const logger = dependencies.logger.child({ taskId })
    const events = dependencies.events.open(lease)
    const beginning = { span, logger, events, lease }
    const started = await startAttempt(dependencies, job, beginning)
    if (started === undefined) return
    await runAttempt(dependencies, lease, {
      ...{ taskId, taskType, started, span, events, logger },
      attempt: started.attempt,
      startedAt: performance.now(),
      spending: openSpending({
        tenantId: started.tenantId,
        prices: dependencies.prices,
        budgetNanoUsd: started.budgetNanoUsd,
      }),
      signal: lease.signal,
    })
  })
}

async function runAttempt(
  dependencies: TaskDependencies,
  lease: Lease,
  attempt: Attempt,
): Promise<void> {
  const { core } = dependencies
  const checkpoints = underLease(dependencies.checkpoints, lease)
  tellStarted(attempt)
  const workflow = dependencies.workflows[attempt.taskType]
  try {
    const { input } = attempt.started
    const result = await runWorkflow(workflow, input, attempt, { ...dependencies, checkpoints })
    requireLease(lease)
    await reportResult(core, attempt, result as Record<string, unknown>)
    tellCompleted(attempt)
    await checkpoints.remove(attempt)
  } catch (err) {
    const error = await reportFailure(core, attempt, causeOf(err, lease))
    tellFailed(attempt, error)
    if (error.code === 'not_cancelled') await forgetCancellation(dependencies.redis, attempt)
    if (endsTask(error)) await checkpoints.remove(attempt)
    throw error
  } finally {
    attempt.span.setAttributes(usageAttributes(attempt.spending.used()))
  }
}

/** What stopped the work, rather than what that broke. */
function causeOf(err: unknown, { signal }: Lease): TaskError {
  try {
    throwIfCancelled(signal)
  } catch (stopped) {
    return toTaskError(stopped)
  }
  return toTaskError(err)
}

function endsTask({ code, consequence }: TaskError): boolean {
  return consequence === 'fail' || (consequence === 'stop' && code !== 'lease_lost')
}
