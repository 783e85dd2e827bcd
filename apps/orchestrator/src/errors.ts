// Every way a task can fail, and what follows from it. Total: whatever was thrown becomes one of these codes.
import { ClientError, Status } from 'nice-grpc'
import { APIError } from 'openai'

/**
 * retry: this attempt failed, another may do better.
 * fail: no attempt will do better.
 * release: nothing is wrong with the task, and this worker is not the one to run it; the attempt does not count.
 * defer: nothing can be reported; the job goes back to the queue, and core settles the attempt when it is there again.
 * stop: the task belongs to someone else or has ended; write nothing.
 */
type Consequence = 'retry' | 'fail' | 'release' | 'defer' | 'stop'

// The sentences are shown to callers: they hold no detail of a request or a machine.
const failures = {
  model_unavailable: ['retry', 'The model server did not answer.'],
  model_answer_invalid: ['retry', 'The model answered something else than was asked for.'],
  model_request_refused: ['fail', 'The model server refused the request.'],
  node_timed_out: ['retry', 'A step of the task took too long.'],
  checkpoint_unavailable: ['retry', 'Progress could not be saved.'],
  checkpoint_too_large: ['fail', 'The progress of the task is too large to save.'],
  checkpoint_newer: ['release', 'A newer version has worked on the task.'],
  internal: ['retry', 'The task failed unexpectedly.'],
  timed_out: ['fail', 'The task took too long.'],
  budget_exceeded: ['fail', 'Another call to the model could exceed the budget.'],
  model_unpriced: ['fail', 'There is a budget, and nobody knows what the model costs.'],
  dead: ['fail', 'Every attempt at the task has failed.'],
  core_unavailable: ['defer', 'The result could not be reported.'],
  draining: ['release', 'The worker is stopping.'],
  cancelled: ['stop', 'The task was cancelled.'],
  not_cancelled: ['release', 'The task was not cancelled after all.'],
  lease_lost: ['stop', 'Another worker has taken over the task.'],
  task_closed: ['stop', 'The task has ended.'],
  branch_failed: ['stop', 'A step beside it has failed.'],
} as const satisfies Record<string, readonly [Consequence, string]>

export type TaskErrorCode = keyof typeof failures

export function isTaskErrorCode(code: string): code is TaskErrorCode {
  return Object.hasOwn(failures, code)
}

interface TaskErrorOptions {
  readonly cause?: unknown
  /** When core has decided otherwise than the code alone would. */
  readonly consequence?: Consequence
}

export class TaskError extends Error {
  override readonly name = 'TaskError'
  readonly code: TaskErrorCode
  readonly consequence: Consequence

  constructor(code: TaskErrorCode, options: TaskErrorOptions = {}) {
    const [consequence, message] = failures[code]
    super(message, { cause: options.cause })
    this.code = code
    this.consequence = options.consequence ?? consequence
  }

  withConsequence(consequence: Consequence): TaskError {
    return new TaskError(this.code, { cause: this.cause, consequence })
  }
}

export function toTaskError(err: unknown): TaskError {
  if (err instanceof TaskError) return err
  const code = err instanceof ClientError ? codeOfCoreError(err) : 'internal'
  return new TaskError(code, { cause: err })
}

/** Why a running task was told to stop, as the reason of its abort signal. */
export type StopReason = 'lease_lost' | 'draining' | 'cancelled'

/** The signal of an attempt carries a StopReason; one made from it may carry an error of its own. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return
  if (signal.reason instanceof TaskError) throw signal.reason
  throw new TaskError(signal.reason as StopReason)
}

/** For whatever a call to a model threw: sockets and streams break with errors of many classes. */
export function toModelError(err: unknown): TaskError {
  if (err instanceof TaskError) return err
  if (err instanceof APIError) return new TaskError(codeOfModelError(err), { cause: err })
  if (err instanceof SyntaxError) {
    // The parser's own words quote the answer, which has no place in a log.
    return new TaskError('model_answer_invalid', { cause: new Error('the answer is not JSON') })
  }
  return new TaskError('model_unavailable', { cause: err })
}

function codeOfCoreError({ code }: ClientError): TaskErrorCode {
  switch (code) {
    case Status.FAILED_PRECONDITION:
    case Status.NOT_FOUND:
      return 'task_closed'
    case Status.INVALID_ARGUMENT:
    case Status.UNIMPLEMENTED:
      return 'internal'
    default:
      return 'core_unavailable'
  }
}

/** No status: the connection failed, or the stream ended in an error. */
function codeOfModelError({ status }: APIError): TaskErrorCode {
  const refused = status !== undefined && status >= 400 && status < 500
  return refused && status !== 408 && status !== 429 ? 'model_request_refused' : 'model_unavailable'
}
