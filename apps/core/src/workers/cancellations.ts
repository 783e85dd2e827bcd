// Tells the workers that a task was cancelled. Its row has ended by then: this only stops work that nobody wants.
import {
  cancellationChannel,
  cancellationKey,
  cancellationLifetimeSeconds,
  checkpointKey,
  taskEventsKey,
} from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { DomainError } from '../errors.ts'
import type { TaskQueue } from '../outbox/task-queue.ts'

export interface Cancellations {
  /** Never fails: whatever the task still does is refused by its row. */
  readonly publish: (taskId: string) => Promise<void>
  /**
   * Before a task is queued again. An ended job keeps its id for a while, and a job with a known id is not added; and
   * who follows the task would read how it ended before. Fails with `unavailable` while Redis is away.
   */
  readonly withdraw: (taskId: string) => Promise<void>
}

export interface CancellationsOptions {
  readonly redis: Redis
  readonly queue: TaskQueue
  readonly logger: Logger
}

export function createCancellations({ redis, queue, logger }: CancellationsOptions): Cancellations {
  /** A worker that has the job removes its checkpoint itself, with what it still has to report. */
  async function dropWhatNobodyHolds(taskId: string): Promise<void> {
    await queue.remove(taskId)
    if ((await queue.stateOf(taskId)) !== 'active') await redis.del(checkpointKey(taskId))
  }

  return {
    async publish(taskId) {
      try {
        await redis
          .multi()
          .set(cancellationKey(taskId), 1, 'EX', cancellationLifetimeSeconds)
          .publish(cancellationChannel, taskId)
          .exec()
        await withoutTracing(() => dropWhatNobodyHolds(taskId))
      } catch (err) {
        logger.warn({ err, taskId }, 'workers could not be told of a cancellation')
      }
    },
    async withdraw(taskId) {
      try {
        await redis.del(cancellationKey(taskId), taskEventsKey(taskId))
        await withoutTracing(() => queue.remove(taskId))
      } catch (cause) {
        throw new DomainError('unavailable', 'The queue does not answer', { cause })
      }
    },
  }
}
