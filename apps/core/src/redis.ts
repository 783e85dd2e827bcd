// The connection of a producer: it fails fast, because whoever waits for it can keep the work in Postgres instead.
import { logOutages } from '@throughline/process'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'

export interface RedisSettings {
  readonly url: string
  readonly logger: Logger
}

const connectTimeoutMs = 2_000
const commandTimeoutMs = 1_000
/** A server that is gone without a word leaves its connection open: one on which an answer is that late is replaced. */
const socketTimeoutMs = 5_000
const maxReconnectDelayMs = 2_000

export function createRedis({ url, logger }: RedisSettings): Redis {
  const redis = new Redis(url, {
    connectionName: 'throughline-core',
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: socketTimeoutMs,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, maxReconnectDelayMs),
  })
  logOutages(redis, 'redis', logger)
  return redis
}
