// The queue as its one producer sees it: every call ends soon, with Redis there or not. How much lies in it, and for how
// long, is told from here and nowhere else.
import type { TaskJob } from '@throughline/contracts'
import { type ContextCarrier, withoutTracing } from '@throughline/telemetry'
import { type ObservableQueue, observeQueue } from '@throughline/telemetry/bullmq'
import { type JobState, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { createProducerSpans } from './producer-spans.ts'

export interface TaskQueueOptions {
  readonly redis: Redis
  readonly logger: Logger
  readonly name: string
  /** Keeps queues of the same name apart on one Redis. */
  readonly prefix?: string
}

export interface NewJob {
  readonly payload: TaskJob
  /** 1 is the first to run. */
  readonly priority: number
  /** As many as the task may fail: core decides whether another follows, and the queue is not to give up sooner. */
  readonly attempts: number
  /** The request that asked for the task. */
  readonly carrier: ContextCarrier
}

export interface TaskQueue {
  /** All or none are known to have been added; adding a job that exists changes nothing. One round trip. */
  readonly add: (jobs: readonly NewJob[]) => Promise<void>
  readonly stateOf: (taskId: string) => Promise<JobState | 'unknown'>
  /** Leaves alone what a worker holds. */
  readonly remove: (taskId: string) => Promise<void>
  /** Jobs that wait for the time of their next attempt. */
  readonly countDelayed: () => Promise<number>
  readonly close: () => Promise<void>
}

const hourSeconds = 60 * 60

const jobOptions = {
  // A model server that restarts refuses everything for one to three seconds, which the attempts have to outlast.
  // Tasks that failed together come back spread over a fifth of the wait.
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.2 },
  removeOnComplete: { age: hourSeconds, count: 1_000 },
  removeOnFail: { age: 24 * hourSeconds, count: 1_000 },
}

export function createTaskQueue({ redis, logger, name, prefix }: TaskQueueOptions): TaskQueue {
  const startProducerSpan = createProducerSpans(name)
  let opening: Promise<Queue> | undefined

  // A queue that meets a broken connection while it opens stays broken: the next caller opens another.
  const opened = async (): Promise<Queue> => {
    if (redis.status !== 'ready') throw new Error('Redis is not connected')
    opening ??= withoutTracing(() => open()).catch((err) => {
      opening = undefined
      throw err
    })
    return opening
  }

  const open = async (): Promise<Queue> => {
    const queue = new Queue(name, { connection: redis, prefix, defaultJobOptions: jobOptions })
    // The connection reports for itself; unheard, this event would end the process.
    queue.on('error', (err) => logger.debug({ err }, 'queue error'))
    await queue.waitUntilReady()
    return queue
  }

  const observable: ObservableQueue = {
    name,
    getJobCounts: async (...states) => (await opened()).getJobCounts(...states),
    getWaiting: async (start, end) => (await opened()).getWaiting(start, end),
    getPrioritized: async (start, end) => (await opened()).getPrioritized(start, end),
  }
  const endObservation = observeQueue(observable)

  return {
    async add(jobs) {
      const queue = await opened()
      const produced = jobs.map(({ payload, priority, attempts, carrier }) => {
        const { taskId: jobId, taskType } = payload
        const span = startProducerSpan(taskType, jobId, carrier)
        const opts = { jobId, priority, attempts, telemetry: { metadata: span.metadata } }
        return { span, job: { name: taskType, data: payload, opts } }
      })
      try {
        await queue.addBulk(produced.map(({ job }) => job))
      } catch (err) {
        for (const { span } of produced) span.end(err as Error)
        throw err
      }
      for (const { span } of produced) span.end()
    },
    async stateOf(taskId) {
      const queue = await opened()
      return queue.getJobState(taskId)
    },
    async remove(taskId) {
      const queue = await opened()
      await queue.remove(taskId)
    },
    async countDelayed() {
      const queue = await opened()
      return queue.getDelayedCount()
    },
    async close() {
      endObservation()
      const queue = await opening?.catch(() => undefined)
      await queue?.close()
    },
  }
}
