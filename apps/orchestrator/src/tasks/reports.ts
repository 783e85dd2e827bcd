// What core hears of how an attempt ended. Its word counts: the error that comes back says what really became of the task.
import { setTimeout as sleep } from 'node:timers/promises'
import { type TaskServiceClient, WriteOutcome } from '@throughline/contracts'
import { TaskError, throwIfCancelled, toTaskError } from '../errors.ts'
import type { Attempt } from './attempt.ts'
import { explainEnd } from './explain-end.ts'

const waitMs = { first: 100, most: 2_000 }

/** Work that is done is worth keeping while core restarts; the lease goes on meanwhile. */
export const reportPatienceMs = 30_000

export async function reportResult(
  core: TaskServiceClient,
  attempt: Attempt,
  result: Record<string, unknown>,
): Promise<void> {
  const report = { ...reportOf(attempt), result }
  const { outcome } = await insist(attempt, () => core.completeTask(report))
  if (outcome === WriteOutcome.STALE) throw await explainEnd(core, attempt.taskId, attempt.started)
}

/** Never rejects. */
export async function reportFailure(
  core: TaskServiceClient,
  attempt: Attempt,
  error: TaskError,
): Promise<TaskError> {
  try {
    switch (error.consequence) {
      case 'defer':
        return error
      case 'stop':
        if (error.code === 'cancelled') await reportLateUsage(core, attempt)
        return error
      case 'release':
        return await release(core, attempt, error)
      default:
        return await fail(core, attempt, error)
    }
  } catch (err) {
    return toTaskError(err)
  }
}

async function fail(core: TaskServiceClient, attempt: Attempt, error: TaskError) {
  const retryable = error.consequence === 'retry'
  const { code: errorCode, message: errorMessage } = error
  const report = { ...reportOf(attempt), errorCode, errorMessage, retryable }
  const { outcome, willRetry } = await insist(attempt, () => core.failTask(report))
  if (outcome === WriteOutcome.STALE) return explainEnd(core, attempt.taskId, attempt.started)
  if (retryable && !willRetry) return new TaskError('dead', { cause: error })
  return error
}

async function release(core: TaskServiceClient, attempt: Attempt, error: TaskError) {
  const { outcome } = await core.releaseTask(reportOf(attempt))
  if (outcome === WriteOutcome.STALE) return explainEnd(core, attempt.taskId, attempt.started)
  return error
}

/** Core has ended the task already, and counts what the attempt had used by then. */
async function reportLateUsage(core: TaskServiceClient, attempt: Attempt): Promise<void> {
  const { inputTokens, outputTokens, unpricedCalls } = attempt.spending.used()
  if (inputTokens + outputTokens + unpricedCalls === 0) return
  await core.releaseTask(reportOf(attempt)).catch((err: unknown) => {
    attempt.logger.warn({ err }, 'usage of a cancelled task not reported')
  })
}

function reportOf({ taskId, attempt, spending }: Attempt) {
  return { taskId, attempt, usage: spending.used() }
}

/** Until core answers, for as long as the attempt may wait: a report that is repeated counts once. */
async function insist<Answer>(attempt: Attempt, report: () => Promise<Answer>): Promise<Answer> {
  const { signal, logger } = attempt
  const givenUpAt = performance.now() + reportPatienceMs
  for (let delayMs = waitMs.first; ; delayMs = Math.min(delayMs * 2, waitMs.most)) {
    try {
      return await report()
    } catch (err) {
      const error = toTaskError(err)
      const patient = performance.now() + delayMs < givenUpAt
      if (error.code !== 'core_unavailable' || !patient) throw error
      if (delayMs === waitMs.first) {
        logger.warn({ err: error, attempt: attempt.attempt }, 'report waits for core')
      }
    }
    throwIfCancelled(signal)
    await sleep(delayMs, undefined, { signal }).catch(() => throwIfCancelled(signal))
  }
}
