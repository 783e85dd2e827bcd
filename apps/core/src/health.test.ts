import type {} from '@throughline/embedded/vitest-setup'
import { pino } from 'pino'
import { expect, inject, test } from 'vitest'
import { createDatabase } from './database.ts'
import { watchHealth } from './health.ts'
import { createRedis } from './redis.ts'
import { startBreakableProxy } from './testing/breakable-proxy.ts'

test('is unhealthy from the moment it drains, though Postgres owes an answer', async () => {
  const logger = pino({ level: 'silent' })
  const proxy = await startBreakableProxy(inject('postgresUrl'))
  const database = createDatabase({ url: proxy.url, poolSize: 2, logger })
  const redis = createRedis({ url: inject('redisUrl'), logger })
  const { state, drain, stop } = watchHealth({ database, redis, logger, intervalMs: 10 })
  await expect.poll(() => state.getStatus()).toBe('healthy')

  proxy.muteAnswers()
  // Nobody else uses these connections: it is the poll that waits.
  await expect.poll(proxy.harm).toBeGreaterThan(0)
  drain()
  expect(state.getStatus()).toBe('unhealthy')

  proxy.restore()
  await stop()
  redis.disconnect()
  await database.$disconnect()
  await proxy.stop()
})
