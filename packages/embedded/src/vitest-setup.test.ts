import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { removeLeftovers } from './vitest-setup.ts'

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

test('removes what a killed run left, but not what is of another user', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'throughline-leftovers-'))
  // One more than a process id can be.
  const left = 'throughline-test-4194304-left'
  mkdirSync(join(parent, left))
  await removeLeftovers(parent, userInfo().uid + 1)
  expect(readdirSync(parent)).toEqual([left])
  await removeLeftovers(parent)
  expect(readdirSync(parent)).toEqual([])
  rmSync(parent, { recursive: true })
})
