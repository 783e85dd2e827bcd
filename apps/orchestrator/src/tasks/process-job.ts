// From a job off the queue to a task, and from how that went to what BullMQ does with the job.
import { taskJobSchema } from '@throughline/contracts'
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq'
import { type TaskError, toTaskError } from '../errors.ts'
import type { Lease } from '../leases/lease.ts'
import { runTask, type TaskDependencies } from './run-task.ts'

/** About a quarter of an hour of core being away; core re-enqueues what it still wants after that. */
const maxDeliveries = 50
const awayDelayMs = { first: 250, most: 15_000 }
/** For a task that a worker of a newer version has to take: one may be on its way, or gone for good. */
const newerDelayMs = { first: 1_000, most: 30_000 }

export type JobProcessor = (job: Job, lease: Lease) => Promise<void>

export function createJobProcessor(dependencies: TaskDependencies): JobProcessor {
  return async (job, lease) => {
    const parsed = taskJobSchema.safeParse(job.data)
    if (!parsed.success) {
      dependencies.logger.error({ err: parsed.error, jobId: job.id }, 'job refused')
      throw new UnrecoverableError('The job does not describe a task.')
    }
    try {
      await runTask(dependencies, parsed.data, lease)
    } catch (err) {
      await settleJob(job, lease, toTaskError(err))
    }
  }
}

/** Returns when the job is done with; otherwise throws what tells BullMQ why it is not. */
async function settleJob(job: Job, { token }: Lease, error: TaskError): Promise<void> {
  switch (error.consequence) {
    case 'stop':
      // Whoever has the lock, or will have it, sees to the job: BullMQ is to leave it alone.
      if (error.code === 'lease_lost') throw new WaitingError()
      return
    case 'fail':
      throw new UnrecoverableError(error.message)
    case 'retry':
      throw error
    case 'release':
      if (error.code !== 'checkpoint_newer') return returnToQueue(job, token)
      return delay(job, token, growing(newerDelayMs, job) * (0.5 + Math.random() / 2))
    case 'defer':
      if (job.attemptsStarted >= maxDeliveries) throw new UnrecoverableError(error.message)
      return delay(job, token, growing(awayDelayMs, job))
  }
}

/**
 * Back to the queue without counting an attempt, and a worker that waits for jobs wakes: of a job with a priority,
 * `moveToWait` would tell nobody. Promoted, it waits for no clock: this worker's may be ahead of the others'.
 */
export async function returnToQueue(job: Job, token: string): Promise<never> {
  await job.moveToDelayed(Date.now(), token)
  // Another worker may have taken it already. If Redis is away, it is due now.
  await job.promote().catch(() => {})
  throw new DelayedError()
}

function growing(delayMs: { first: number; most: number }, { attemptsStarted }: Job): number {
  return Math.min(delayMs.first * 2 ** Math.min(attemptsStarted - 1, 10), delayMs.most)
}

async function delay(job: Job, token: string, delayMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token)
  throw new DelayedError()
}
