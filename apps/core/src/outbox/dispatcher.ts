// Moves committed tasks to the queue, again and again. A commit wakes it, and so does a place that becomes free; a slow
// poll finds what a crash, an outage or another core left behind.
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import { repeat } from '../repeat.ts'
import { dispatch } from './dispatch.ts'
import { createRateLimits } from './rate-limits.ts'
import type { TaskQueue } from './task-queue.ts'

export interface DispatcherOptions {
  readonly database: Database
  readonly redis: Redis
  readonly queue: TaskQueue
  readonly logger: Logger
  /** How many tasks may be in flight at once. Asked at each dispatch. */
  readonly window: () => number
  readonly pollIntervalMs?: number
}

export interface Dispatcher {
  /** There is something to send. */
  readonly wake: () => void
  /** A task has ended, or there are more workers. */
  readonly placeFreed: () => void
  readonly stop: () => Promise<void>
}

export function startDispatcher({
  database,
  redis,
  queue,
  logger,
  window,
  pollIntervalMs = 1_000,
}: DispatcherOptions): Dispatcher {
  const limits = createRateLimits(redis)
  // While it runs, and until it has seen otherwise, it could use a place.
  let othersWait = true
  let heldUntil: NodeJS.Timeout | undefined

  const dispatching = repeat({
    name: 'dispatcher',
    intervalMs: pollIntervalMs,
    logger,
    // One batch a run: a dispatcher that is stopped does not first send a whole backlog.
    async run() {
      othersWait = true
      const dispatched = await withoutTracing(() => {
        return dispatch(database, queue, limits, window())
      })
      clearTimeout(heldUntil)
      if (limits.nextTokenMs() > 0) {
        heldUntil = setTimeout(dispatching.wake, limits.nextTokenMs()).unref()
      }
      othersWait = dispatched.othersWait
      if (dispatched.more) dispatching.wake()
    },
  })

  return {
    wake: dispatching.wake,
    placeFreed() {
      if (othersWait) dispatching.wake()
    },
    async stop() {
      await dispatching.stop()
      clearTimeout(heldUntil)
    },
  }
}
