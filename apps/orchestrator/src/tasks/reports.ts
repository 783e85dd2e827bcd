// What the world hears of an attempt. Core first, which decides what counts; then events, metrics and the log.
import {
  type NegotiationResult,
  type TaskServiceClient,
  WriteOutcome,
} from '@throughline/contracts'
import { events as eventNames, labels } from '@throughline/telemetry'
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts'
import { TaskError, toTaskError } from '../errors.ts'
import { requeues, taskDuration, tasksCompleted, tasksFailed, tasksStarted } from '../metrics.ts'
import { agentType } from '../negotiations/negotiation-task.ts'
import type { Attempt } from './attempt.ts'

export interface ReportDependencies {
  readonly core: TaskServiceClient
  readonly checkpoints: CheckpointStore
}

export function reportStart(attempt: Attempt): void {
  const { attempt: number, events, logger } = attempt
  if (number === 1) tasksStarted.add(1, labelsOf(attempt))
  events.publish({ type: 'task.started', attempt: number })
  logger.info({ attempt: number }, 'task started')
}

export async function reportCompleted(
  { core, checkpoints }: ReportDependencies,
  attempt: Attempt,
  result: NegotiationResult,
): Promise<void> {
  const { taskId, attempt: number, span, events, logger } = attempt
  const { outcome } = await core.completeTask({ taskId, attempt: number, result })
  await checkpoints.remove(attempt)
  if (outcome !== WriteOutcome.APPLIED) throw new TaskError('lease_lost')
  countEnd(tasksCompleted, attempt)
  span.addEvent(eventNames.taskCompleted)
  events.publish({ type: 'task.completed' })
  logger.info({ attempt: number }, 'task completed')
}

/** Throws what is left to do about the job; returns when that is nothing. */
export async function reportFailure(
  { core, checkpoints }: ReportDependencies,
  attempt: Attempt,
  failure: TaskError,
): Promise<void> {
  const error = await settle(core, attempt, failure)
  const { attempt: number, span, events, logger } = attempt
  const { code: errorCode, consequence } = error
  const facts = { err: error, attempt: number, errorCode }
  if (consequence === 'stop') return logger.warn(facts, 'task stopped')
  if (consequence === 'defer') {
    requeues.add(1, { [labels.reason]: errorCode === 'draining' ? 'draining' : 'error' })
    logger.warn(facts, 'task handed back')
    throw error
  }
  const willRetry = consequence === 'retry'
  if (willRetry) {
    requeues.add(1, { [labels.reason]: 'error' })
  } else {
    await checkpoints.remove(attempt)
    countEnd(tasksFailed, attempt)
  }
  span.addEvent(eventNames.taskFailed)
  events.publish({ type: 'task.failed', errorCode, willRetry })
  logger.warn({ ...facts, willRetry }, 'task failed')
  throw error
}

/** Tells core, when there is something to tell. The error comes back with the consequence that core decided on. */
async function settle(
  core: TaskServiceClient,
  attempt: Attempt,
  error: TaskError,
): Promise<TaskError> {
  if (error.consequence === 'stop' || error.consequence === 'defer') return error
  try {
    const { outcome, willRetry } = await core.failTask({
      taskId: attempt.taskId,
      attempt: attempt.attempt,
      errorCode: error.code,
      errorMessage: error.message,
      retryable: error.consequence === 'retry',
    })
    if (outcome !== WriteOutcome.APPLIED) return new TaskError('lease_lost', { cause: error })
    return error.withConsequence(willRetry ? 'retry' : 'fail')
  } catch (err) {
    attempt.logger.warn({ err: error, errorCode: error.code }, 'failure not reported')
    return toTaskError(err)
  }
}

function countEnd(counter: typeof tasksCompleted, attempt: Attempt): void {
  counter.add(1, labelsOf(attempt))
  taskDuration.record((performance.now() - attempt.startedAt) / 1_000, labelsOf(attempt))
}

function labelsOf({ started: { tenantId, taskType } }: Attempt) {
  return { [labels.tenant]: tenantId, [labels.agentType]: agentType, [labels.taskType]: taskType }
}
