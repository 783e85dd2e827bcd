import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../running-server.ts'
import { startRedis } from './start-redis.ts'

const cacheDir = join(import.meta.dirname, '../../../../.data/cache/redis')
let folder: string
let dataDir: string
let started: RunningServer[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-redis-test-'))
  dataDir = join(folder, 'data')
})
afterEach(async () => {
  for (const server of started) await server.stop({ immediately: true })
  started = []
})
afterAll(() => rmSync(folder, { recursive: true }))

test('keeps its data over a restart', async () => {
  const first = await start()
  await ask(first, (redis) => redis.set('kept', 'yes'))
  await first.stop()
  await first.exited
  expect(await ask(await start(), (redis) => redis.get('kept'))).toBe('yes')
})

test('recovers after it was killed', async () => {
  const first = await start()
  await ask(first, (redis) => redis.set('before', 'the end'))
  process.kill(first.pid, 'SIGKILL')
  expect(await ask(await start(), (redis) => redis.get('before'))).toBe('the end')
})

test('replaces the server that a killed process left running', async () => {
  const leftover = await start()
  const next = await start()
  await leftover.exited
  expect(await ask(next, (redis) => redis.ping())).toBe('PONG')
})

test('refuses writes rather than forget jobs when memory is full', async () => {
  const [, policy] = await ask(await start(), (redis) => redis.config('GET', 'maxmemory-policy'))
  expect(policy).toBe('noeviction')
})

test('names the port that is in use', async () => {
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const { port } = stranger.address() as { port: number }
  await expect(startRedis({ dataDir, port, cacheDir, env: process.env })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use, so Redis cannot start there`,
  )
  stranger.close()
})

test('says what to install when there is neither a Redis nor a way to get one', async () => {
  const nothing = { cacheDir: join(folder, 'cache'), env: { PATH: folder } }
  await expect(startRedis({ dataDir, ...nothing })).rejects.toThrow(/Install one \(macOS: brew/)
})

async function start(): Promise<RunningServer> {
  const server = await startRedis({ dataDir, cacheDir, env: process.env })
  started.push(server)
  return server
}

async function ask<Answer>(
  { url }: RunningServer,
  question: (redis: Redis) => Promise<Answer>,
): Promise<Answer> {
  const redis = new Redis(url)
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}
