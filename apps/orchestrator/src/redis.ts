// The two ways to Redis: one for the queue, which waits for Redis to come back, one for the work, which does not.
import { Redis } from 'ioredis'
import type { Logger } from 'pino'

const commandTimeoutMs = 2_000
const retryStrategy = (attempt: number) => Math.min(attempt * 100, 2_000)

/** BullMQ blocks on its connection and repeats commands until they succeed. */
export function connectQueueRedis(url: string, logger: Logger): Redis {
  const options = { connectionName: 'orchestrator queue', maxRetriesPerRequest: null }
  return watched(new Redis(url, { ...options, retryStrategy }), logger)
}

export function connectRedis(url: string, logger: Logger): Redis {
  const options = { connectionName: 'orchestrator', maxRetriesPerRequest: 1 }
  const redis = new Redis(url, { ...options, commandTimeout: commandTimeoutMs, retryStrategy })
  return watched(redis, logger)
}

/** One line when Redis goes away, not one a reconnect. */
function watched(redis: Redis, logger: Logger): Redis {
  let away = false
  redis.on('error', (err) => {
    const { connectionName } = redis.options
    if (!away) logger.warn({ err, connection: connectionName }, 'redis unreachable')
    away = true
  })
  redis.on('ready', () => {
    away = false
  })
  return redis
}
