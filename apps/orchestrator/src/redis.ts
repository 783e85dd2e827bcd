// The two ways to Redis: one for the queue, which waits for Redis to come back, one for the work, which does not.
import { logOutages } from '@throughline/process'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { connectionNameOf } from './registry/presence.ts'

const commandTimeoutMs = 2_000
const retryStrategy = (attempt: number) => Math.min(attempt * 100, 2_000)

/** BullMQ blocks on its connection, a listener listens: both repeat commands until they succeed. */
export function connectQueueRedis(url: string, logger: Logger): Redis {
  const options = { connectionName: 'orchestrator queue', maxRetriesPerRequest: null }
  const redis = new Redis(url, { ...options, retryStrategy })
  logOutages(redis, 'redis, queue', logger)
  return redis
}

/** By the name of this connection others know whether the worker's process is still there. */
export function connectRedis(url: string, workerId: string, logger: Logger): Redis {
  const options = { connectionName: connectionNameOf(workerId), maxRetriesPerRequest: 1 }
  const redis = new Redis(url, { ...options, commandTimeout: commandTimeoutMs, retryStrategy })
  logOutages(redis, 'redis, commands', logger)
  return redis
}
