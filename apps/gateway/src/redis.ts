// Connections to Redis that answer or fail at once.
import { logOutages } from '@throughline/process'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'

/** For commands inside a request: while Redis is away, they fail instead of waiting in a queue. */
export function connectRedis(url: string, name: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    connectionName: `gateway ${name}`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  })
  logOutages(redis, `redis, ${name}`, logger)
  return redis
}
