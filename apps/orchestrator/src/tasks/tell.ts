// What the world sees of an attempt: progress events, the events of its span, metrics and the log. All of it follows what
// core has said.
import { AttemptOutcome, agentTypes, type StartTaskResponse } from '@throughline/contracts'
import { labels, events as spanEvents } from '@throughline/telemetry'
import { TaskError, type TaskErrorCode } from '../errors.ts'
import {
  taskDuration,
  tasksCompleted,
  tasksFailed,
  tasksStarted,
  taskWaitTime,
} from '../metrics.ts'
import type { Attempt } from './attempt.ts'

export function tellStarted(attempt: Attempt): void {
  const { attempt: number, started, events } = attempt
  const about = labelsOf(attempt)
  if (number === 1) tasksStarted.add(1, about)
  const waited = waitTime(started)
  if (waited !== undefined) taskWaitTime.record(waited, about)
  events.publish({ type: 'task.started', attempt: number })
}

export function tellCompleted(attempt: Attempt): void {
  const { attempt: number, span, events, logger } = attempt
  countEnd(tasksCompleted, attempt)
  span.addEvent(spanEvents.taskCompleted)
  events.publish({ type: 'task.completed' })
  logger.info({ attempt: number }, 'task completed')
}

/** `error` has the consequence that core has decided on. */
export function tellFailed(attempt: Attempt, error: TaskError): void {
  const { attempt: number, span, events, logger } = attempt
  const { code, consequence } = error
  // Of a task that is dead, what it died of.
  const { code: errorCode } = error.cause instanceof TaskError ? error.cause : error
  const facts = { err: error, attempt: number, errorCode }
  span.addEvent(spanEventOf(code))
  if (code === 'cancelled') {
    events.publish({ type: 'task.cancelled' })
    logger.info({ attempt: number }, 'task cancelled')
  } else if (consequence === 'stop') {
    logger.warn(facts, 'task stopped')
  } else if (consequence === 'release' || consequence === 'defer') {
    logger.warn(facts, 'task handed back')
  } else {
    const willRetry = consequence === 'retry'
    if (!willRetry) countEnd(tasksFailed, attempt)
    events.publish({ type: 'task.failed', errorCode, willRetry })
    if (code === 'dead') logger.error(facts, 'task dead')
    else logger.warn({ ...facts, willRetry }, 'task failed')
  }
}

export function spanEventOf(code: TaskErrorCode): string {
  switch (code) {
    case 'dead':
      return spanEvents.taskDead
    case 'timed_out':
      return spanEvents.taskTimedOut
    case 'budget_exceeded':
      return spanEvents.budgetExceeded
    case 'cancelled':
      return spanEvents.taskCancelled
    case 'draining':
    case 'checkpoint_newer':
    case 'not_cancelled':
      return spanEvents.taskReleased
    case 'lease_lost':
      return spanEvents.leaseLost
    default:
      return spanEvents.taskFailed
  }
}

/** In seconds. Nobody knows when the job of an attempt that never reported came back to the queue. */
export function waitTime({ waitedMs, previous }: StartTaskResponse): number | undefined {
  return previous?.outcome === AttemptOutcome.ABANDONED ? undefined : waitedMs / 1_000
}

function countEnd(counter: typeof tasksCompleted, attempt: Attempt): void {
  const about = labelsOf(attempt)
  counter.add(1, about)
  const runningMs = attempt.started.runningMs + performance.now() - attempt.startedAt
  taskDuration.record(runningMs / 1_000, about)
}

function labelsOf({ started: { tenantId }, taskType }: Attempt) {
  return {
    [labels.tenant]: tenantId,
    [labels.agentType]: agentTypes[taskType],
    [labels.taskType]: taskType,
  }
}
