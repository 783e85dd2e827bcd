// The two ways to Redis: one for the queue, which waits for Redis to come back, one for the work, which does not.
import { logOutages } from '@throughline/process'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'

const commandTimeoutMs = 2_000
const retryStrategy = (attempt: number) => Math.min(attempt * 100, 2_000)

/** BullMQ blocks on its connection and repeats commands until they succeed. */
export function connectQueueRedis(url: string, logger: Logger): Redis {
  const options = { connectionName: 'orchestrator queue', maxRetriesPerRequest: null }
  const redis = new Redis(url, { ...options, retryStrategy })
  logOutages(redis, 'redis, queue', logger)
  return redis
}

export function connectRedis(url: string, logger: Logger): Redis {
  const options = { connectionName: 'orchestrator', maxRetriesPerRequest: 1 }
  const redis = new Redis(url, { ...options, commandTimeout: commandTimeoutMs, retryStrategy })
  logOutages(redis, 'redis, commands', logger)
  return redis
}
