// The two ways to Redis: one for the queue, which waits for Redis to come back, one for the work, which does not.
import { Redis } from 'ioredis'
import type { Logger } from 'pino'

const commandTimeoutMs = 2_000
const retryStrategy = (attempt: number) => Math.min(attempt * 100, 2_000)

/** BullMQ blocks on its connection and repeats commands until they succeed. */
export function connectQueueRedis(url: string, logger: Logger): Redis {
  return watched(new Redis(url, { maxRetriesPerRequest: null, retryStrategy }), logger)
}

export function connectRedis(url: string, logger: Logger): Redis {
  const options = { commandTimeout: commandTimeoutMs, maxRetriesPerRequest: 1, retryStrategy }
  return watched(new Redis(url, options), logger)
}

/** One line when Redis goes away, not one a reconnect. */
function watched(redis: Redis, logger: Logger): Redis {
  let away = false
  redis.on('error', (err) => {
    if (!away) logger.warn({ err }, 'redis unreachable')
    away = true
  })
  redis.on('ready', () => {
    away = false
  })
  return redis
}
