// Which workers there are: each writes itself down at every heartbeat, core reads. Times are Redis's own, so that no two
// machines' clocks are compared. A worker whose last heartbeat is older than `workerLifetimeMs` is gone.
import { z } from 'zod'

/** A sorted set of worker ids by their last heartbeat, in milliseconds. */
export const workersKey = 'throughline:workers'

/** The worker's record as JSON, in a string that expires with the worker. */
export function workerKey(workerId: string): string {
  return `throughline:worker:${workerId}`
}

/** Exists while an operator wants the worker to take no more tasks. */
export function workerDrainKey(workerId: string): string {
  return `throughline:worker:${workerId}:drain`
}

/** Longer than a worker is looked at, shorter than until its name is given again. Each heartbeat begins it anew. */
export const workerDrainLifetimeSeconds = 86_400

export const workerHeartbeatMs = 2_000
export const workerLifetimeMs = 10_000

export const workerRecordSchema = z.object({
  slots: z.int().min(1),
  taskIds: z.array(z.string()),
  startedAt: z.iso.datetime(),
  draining: z.boolean().describe('It takes no more tasks, whoever asked for that'),
})

export type WorkerRecord = z.infer<typeof workerRecordSchema>
