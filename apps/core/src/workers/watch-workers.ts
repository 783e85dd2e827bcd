// What core knows of the workers at any time, looked up once a second: how many tasks may be in flight, and the gauges.
import { workerLifetimeMs } from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { observeWorkers } from '../metrics.ts'
import type { TaskQueue } from '../outbox/task-queue.ts'
import { repeat } from '../repeat.ts'
import type { LiveWorker, WorkerRegistry } from './worker-registry.ts'

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
        const before = window
        // A task that waits for its next attempt keeps no slot busy.
        window = Math.max(minWindow, slotsOf(workers) * tasksPerSlot) + delayed
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

function slotsOf(workers: readonly LiveWorker[]): number {
  return takingTasks(workers).reduce((sum, { slots }) => sum + slots, 0)
}

function takingTasks(workers: readonly LiveWorker[]): LiveWorker[] {
  return workers.filter(({ draining }) => !draining)
}

/** How long a worker that is gone is told of, with no tasks: longer than between two exports. */
const goneForMs = 5 * 60_000

/**
 * No worker outlives its lease here. The SDK repeats what was observed last for ever, which is therefore a 0; a reader
 * with delta temporality forgets the worker altogether.
 */
function createWorkerGauges() {
  let workers: readonly LiveWorker[] = []
  const lastSeen = new Map<string, number>()
  let lookedAt = 0

  const live = () => {
    // Nobody can be seen while Redis is away, and nobody works.
    return performance.now() - lookedAt < workerLifetimeMs ? workers : []
  }

  const endObservation = observeWorkers(() => {
    const tasks = new Map<string, number>()
    for (const [id, at] of lastSeen) {
      if (performance.now() - at > goneForMs) lastSeen.delete(id)
      else tasks.set(id, 0)
    }
    for (const { id, taskIds } of live()) tasks.set(id, taskIds.length)
    return { active: takingTasks(live()).length, tasks }
  })

  return {
    see(seen: readonly LiveWorker[]) {
      workers = seen
      lookedAt = performance.now()
      for (const { id } of seen) lastSeen.set(id, lookedAt)
    },
    stop: endObservation,
  }
}
