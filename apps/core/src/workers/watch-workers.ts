// What core knows of the workers at any time, looked up once a second: how many tasks may be in flight, and the gauges.
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { TaskQueue } from '../outbox/task-queue.ts'
import { repeat } from '../repeat.ts'
import { createWorkerGauges } from './worker-gauges.ts'
import { takesTasks, type WorkerRegistry } from './worker-registry.ts'

export interface WorkerWatchOptions {
  readonly redis: Redis
  readonly registry: WorkerRegistry
  readonly queue: Pick<TaskQueue, 'countDelayed'>
  readonly logger: Logger
  /** More tasks may be in flight than before. */
  readonly onPlaces: () => void
  readonly intervalMs?: number
}

export interface WorkerWatch {
  /** How many tasks may be in flight: one that runs and one that is next for every slot. */
  readonly window: () => number
  readonly stop: () => Promise<void>
}

const tasksPerSlot = 2
/** What may lie in the queue before the first worker comes. */
const minWindow = 16

export function watchWorkers({
  redis,
  registry,
  queue,
  logger,
  onPlaces,
  intervalMs = 1_000,
}: WorkerWatchOptions): WorkerWatch {
  const gauges = createWorkerGauges()
  let window = minWindow

  const watching = repeat({
    name: 'watch over workers',
    intervalMs,
    logger,
    run: () =>
      withoutTracing(async () => {
        // Whoever uses Redis says that it is away.
        if (redis.status !== 'ready') return
        const [workers, delayed] = await Promise.all([registry.list(), queue.countDelayed()])
        gauges.see(workers)
        const slots = workers.filter(takesTasks).reduce((sum, { slots }) => sum + slots, 0)
        const before = window
        // A task that waits for its next attempt keeps no slot busy.
        window = Math.max(minWindow, slots * tasksPerSlot) + delayed
        if (window > before) onPlaces()
      }),
  })

  redis.on('ready', watching.wake)

  return {
    window: () => window,
    async stop() {
      redis.off('ready', watching.wake)
      gauges.stop()
      await watching.stop()
    },
  }
}
