// How many workers there are, and what each holds. No worker outlives its lease here: one that is gone holds nothing.
import { workerLifetimeMs } from '@throughline/contracts'
import { observeWorkers } from '../metrics.ts'
import { type LiveWorker, takesTasks } from './worker-registry.ts'

/** How long a worker that is gone is told of, with no tasks: longer than between two exports. */
const goneForMs = 5 * 60_000

/**
 * The SDK repeats for ever what was observed last, which is therefore a 0; a reader with delta temporality forgets the
 * worker when it is not observed any more.
 */
export function createWorkerGauges() {
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
    return { active: live().filter(takesTasks).length, tasks }
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
