// From a job off the queue to a task, and from how that went to what BullMQ does with the job.
import { taskJobSchema } from '@throughline/contracts'
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq'
import { type TaskError, toTaskError } from '../errors.ts'
import { runTask, type TaskDependencies } from './run-task.ts'

/** About ten minutes of core being away; core re-enqueues what it still wants after that. */
const maxDeliveries = 50
const handBackDelayMs = { first: 250, most: 15_000 }

/** BullMQ passes the signal to functions of three parameters only. */
export type JobProcessor = (job: Job, token: string, signal: AbortSignal) => Promise<void>

export function createJobProcessor(dependencies: TaskDependencies): JobProcessor {
  return async (job, token, signal) => {
    const parsed = taskJobSchema.safeParse(job.data)
    if (!parsed.success) {
      dependencies.logger.error({ err: parsed.error, jobId: job.id }, 'job refused')
      throw new UnrecoverableError('The job does not describe a task.')
    }
    try {
      await runTask(dependencies, parsed.data, signal)
    } catch (err) {
      const error = toTaskError(err)
      if (error.consequence === 'defer') await handBack(job, token, error)
      if (error.consequence === 'fail') throw new UnrecoverableError(error.message)
      throw error
    }
  }
}

/** Back to the queue without counting an attempt: core, or another worker, is not there yet. */
async function handBack(job: Job, token: string, error: TaskError): Promise<never> {
  if (error.code === 'draining') {
    await job.moveToWait(token)
    throw new WaitingError()
  }
  if (job.attemptsStarted >= maxDeliveries) throw new UnrecoverableError(error.message)
  const delayMs = handBackDelayMs.first * 2 ** Math.min(job.attemptsStarted - 1, 10)
  await job.moveToDelayed(Date.now() + Math.min(delayMs, handBackDelayMs.most), token)
  throw new DelayedError()
}
