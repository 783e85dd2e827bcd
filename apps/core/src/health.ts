// Core is SERVING while Postgres and Redis answer. Without Redis calls still succeed, their jobs only wait in the
// outbox: NOT_SERVING then means "prefer another core".
import { withoutTracing } from '@throughline/telemetry'
import type { Redis } from 'ioredis'
import { HealthState } from 'nice-grpc-server-health'
import type { Logger } from 'pino'
import type { Database } from './database.ts'
import { repeat } from './repeat.ts'

export interface HealthOptions {
  readonly database: Database
  readonly redis: Redis
  readonly logger: Logger
  readonly intervalMs?: number
}

export interface Health {
  readonly state: HealthState
  /** NOT_SERVING from here on, whatever the dependencies say; at once, though one of them may owe an answer. */
  readonly drain: () => void
  /** Resolves when that answer is there, or is waited for no longer. */
  readonly stop: () => Promise<void>
}

export function watchHealth({
  database,
  redis,
  logger,
  intervalMs = 1_000,
}: HealthOptions): Health {
  const state = HealthState()
  state.setStatus('unhealthy')
  let draining = false

  const polling = repeat({
    name: 'health check',
    intervalMs,
    logger,
    async run() {
      // Until the answers are there, the state of before holds.
      try {
        await withoutTracing(async () => await database.$queryRaw`SELECT 1`)
      } catch (err) {
        state.setStatus('unhealthy')
        throw err
      }
      // Asked, because a connection that has gone silent looks as before. No failure of the poll: its connection reports
      // an outage itself (redis.ts), and what backs off would not be woken by the end of it.
      const redisAnswers = await withoutTracing(() => redis.ping()).then(
        () => true,
        () => false,
      )
      state.setStatus(redisAnswers && !draining ? 'healthy' : 'unhealthy')
    },
  })
  redis.on('ready', polling.wake)
  redis.on('close', polling.wake)

  return {
    state,
    drain() {
      draining = true
      state.setStatus('unhealthy')
      void polling.stop()
    },
    stop: polling.stop,
  }
}
