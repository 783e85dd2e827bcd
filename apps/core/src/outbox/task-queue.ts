// The queue as its one producer sees it: every call ends soon, with Redis there or not. How much lies in it, and for how
// long, is told from here and nowhere else.
import { withoutTracing } from '@throughline/telemetry'
import { type ObservableQueue, observeQueue } from '@throughline/telemetry/bullmq'
import { type JobState, Queue } from 'bullmq'
import { BullMQOtel } from 'bullmq-otel'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'

export interface TaskQueueOptions {
  readonly redis: Redis
  readonly logger: Logger
  readonly name: string
  /** Keeps queues of the same name apart on one Redis. */
  readonly prefix?: string
}

export interface TaskQueue {
  /** Adding a job that exists changes nothing. Its PRODUCER span belongs to the active context. */
  readonly add: (taskId: string, type: string, payload: unknown) => Promise<void>
  readonly stateOf: (taskId: string) => Promise<JobState | 'unknown'>
  readonly remove: (taskId: string) => Promise<void>
  readonly close: () => Promise<void>
}

const hourSeconds = 60 * 60
const maxPayloadBytes = 16 * 1_024

const jobOptions = {
  attempts: 3,
  // A model server that restarts refuses everything for one to three seconds, which the attempts have to outlast.
  // Tasks that failed together come back spread over a fifth of the wait.
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.2 },
  removeOnComplete: { age: hourSeconds, count: 1_000 },
  removeOnFail: { age: 24 * hourSeconds, count: 1_000 },
  sizeLimit: maxPayloadBytes,
}

export function createTaskQueue({ redis, logger, name, prefix }: TaskQueueOptions): TaskQueue {
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
    const queue = new Queue(name, {
      connection: redis,
      prefix,
      defaultJobOptions: jobOptions,
      telemetry: new BullMQOtel({ tracerName: 'bullmq' }),
    })
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
    async add(taskId, type, payload) {
      const queue = await opened()
      await queue.add(type, payload, { jobId: taskId })
    },
    async stateOf(taskId) {
      const queue = await opened()
      return queue.getJobState(taskId)
    },
    async remove(taskId) {
      const queue = await opened()
      await queue.remove(taskId)
    },
    async close() {
      endObservation()
      const queue = await opening?.catch(() => undefined)
      await queue?.close()
    },
  }
}
