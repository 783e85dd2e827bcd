// The workers that are alive, as they wrote themselves down in Redis.
import {
  type WorkerRecord,
  workerDrainKey,
  workerDrainLifetimeSeconds,
  workerKey,
  workerRecordSchema,
  workersKey,
} from '@throughline/contracts'
import type { Redis } from 'ioredis'

export interface LiveWorker extends WorkerRecord {
  readonly id: string
  readonly lastHeartbeatAt: Date
}

export function takesTasks({ draining }: LiveWorker): boolean {
  return !draining
}

export interface WorkerRegistry {
  readonly list: () => Promise<LiveWorker[]>
  /** The worker learns of it with its next heartbeat. */
  readonly setDraining: (workerId: string, draining: boolean) => Promise<void>
}

export function createWorkerRegistry(redis: Redis): WorkerRegistry {
  return {
    async list() {
      const entries = await redis.zrange(workersKey, 0, '-1', 'WITHSCORES')
      const ids = entries.filter((_, index) => index % 2 === 0)
      if (ids.length === 0) return []
      // The set remembers a worker for a while; its record ends with it.
      const records = await redis.mget(ids.map((id) => workerKey(id)))
      return ids.flatMap((id, index) => {
        const record = parseRecord(records[index])
        const lastHeartbeatAt = new Date(Number(entries[2 * index + 1]))
        return record ? [{ id, lastHeartbeatAt, ...record }] : []
      })
    },
    async setDraining(workerId, draining) {
      const key = workerDrainKey(workerId)
      if (draining) await redis.set(key, 1, 'EX', workerDrainLifetimeSeconds)
      else await redis.del(key)
    },
  }
}

/** A worker that this core does not understand is none that it can count on. */
function parseRecord(json: string | null | undefined): WorkerRecord | undefined {
  try {
    return json ? workerRecordSchema.parse(JSON.parse(json)) : undefined
  } catch {
    return undefined
  }
}
