import { Redis } from 'ioredis'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'

test('provides a PostgreSQL 18 to every project', async () => {
  const client = new Client(inject('postgresUrl'))
  await client.connect()
  const { rows } = await client.query('SHOW server_version_num')
  await client.end()
  expect(Number(rows[0].server_version_num)).toBeGreaterThanOrEqual(180_000)
})

test('provides a Redis to every project', async () => {
  const redis = new Redis(inject('redisUrl'))
  expect(await redis.ping()).toBe('PONG')
  await redis.quit()
})
