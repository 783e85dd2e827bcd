// What core hears of how an attempt ended. Its word counts: the error that comes back says what really became of the task.
import { type TaskServiceClient, WriteOutcome } from '@throughline/contracts'
import { TaskError, type TaskErrorCode, toTaskError } from '../errors.ts'
import type { Attempt } from './attempt.ts'
import { explainEnd } from './explain-end.ts'
import { insist, type Patience } from './insist.ts'

/** Work that is done is worth keeping while core restarts; the lease goes on meanwhile. */
export const reportPatienceMs = 30_000

/** What a worker that closes has left for it. */
const handBackPatienceMs = 800

const never = new AbortController().signal

export async function reportResult(
  core: TaskServiceClient,
  attempt: Attempt,
  result: Record<string, unknown>,
): Promise<void> {
  const report = { ...reportOf(attempt), result }
  const { outcome } = await insistOn(attempt, () => core.completeTask(report))
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
        return error.code === 'cancelled' ? await confirmCancelled(core, attempt) : error
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
  const { outcome, willRetry } = await insistOn(attempt, () => core.failTask(report))
  if (outcome === WriteOutcome.STALE) return explainEnd(core, attempt.taskId, attempt.started)
  if (retryable && !willRetry) return new TaskError('dead', { cause: error })
  return error
}

async function release(core: TaskServiceClient, attempt: Attempt, error: TaskError) {
  const outcome = await handBack(core, attempt, error.code)
  if (outcome === WriteOutcome.STALE) return explainEnd(core, attempt.taskId, attempt.started)
  return error
}

/**
 * A key in Redis says that the task was cancelled; core knows. A task that has ended stays as it is, and what this attempt
 * had used is counted. One that has not is handed back by the same report.
 */
async function confirmCancelled(core: TaskServiceClient, attempt: Attempt): Promise<TaskError> {
  const outcome = await handBack(core, attempt, 'not_cancelled')
  if (outcome === WriteOutcome.APPLIED) return new TaskError('not_cancelled')
  return explainEnd(core, attempt.taskId, attempt.started)
}

/** The signal of the attempt is aborted already, by what makes it hand the task back. */
async function handBack(
  core: TaskServiceClient,
  attempt: Attempt,
  errorCode: TaskErrorCode,
): Promise<WriteOutcome> {
  const report = () => core.releaseTask({ ...reportOf(attempt), errorCode })
  const patience = { forMs: handBackPatienceMs, signal: never }
  const { outcome } = await insistOn(attempt, report, patience)
  return outcome
}

function reportOf({ taskId, attempt, spending }: Attempt) {
  return { taskId, attempt, usage: spending.used() }
}

/** A report that is repeated counts once. */
function insistOn<Answer>(
  { attempt, logger, signal }: Attempt,
  report: () => Promise<Answer>,
  patience: Patience = { forMs: reportPatienceMs, signal },
): Promise<Answer> {
  return insist(report, patience, (err) => logger.warn({ err, attempt }, 'report waits for core'))
}
