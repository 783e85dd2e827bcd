// This worker among the others: known to core from its first heartbeat, forgotten when it leaves or falls silent.
import {
  cancellationKey,
  type WorkerRecord,
  workerDrainKey,
  workerDrainLifetimeSeconds,
  workerKey,
  workerLifetimeMs,
  workersKey,
} from '@throughline/contracts'
import type { Redis } from 'ioredis'
import { heartbeatScript } from './heartbeat-script.ts'

/** Core says of a worker that it is gone for a while; after this nothing is left of it. */
const forgottenAfterMs = 3_600_000

export interface Orders {
  /** An operator wants the worker to take no more tasks. */
  readonly drain: boolean
  /** Of its tasks, those that were cancelled. */
  readonly cancelled: readonly string[]
}

export interface WorkerRegistry {
  beat(record: WorkerRecord): Promise<Orders>
  leave(): Promise<void>
}

export function createWorkerRegistry(redis: Redis, workerId: string): WorkerRegistry {
  const own = [workerKey(workerId), workerDrainKey(workerId)]
  return {
    async beat(record) {
      const keys = [workersKey, ...own, ...record.taskIds.map(cancellationKey)]
      const times = [workerLifetimeMs, forgottenAfterMs, workerDrainLifetimeSeconds]
      const values = [workerId, JSON.stringify(record), ...times]
      const reply = await redis.eval(heartbeatScript, keys.length, ...keys, ...values)
      const [drain, cancelled] = reply as [number, number[]]
      return {
        drain: drain === 1,
        cancelled: cancelled.map((place) => record.taskIds[place] ?? ''),
      }
    },
    async leave() {
      await redis
        .multi()
        .zrem(workersKey, workerId)
        .del(...own)
        .exec()
    },
  }
}
