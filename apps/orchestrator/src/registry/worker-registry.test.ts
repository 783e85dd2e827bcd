import { randomUUID } from 'node:crypto'
import {
  cancellationKey,
  workerDrainKey,
  workerKey,
  workerLifetimeMs,
  workersKey,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test } from 'vitest'
import { createWorkerRegistry } from './worker-registry.ts'

const redis = new Redis(inject('redisUrl'))
afterAll(() => redis.disconnect())

function newWorker() {
  const workerId = `worker-${randomUUID()}`
  const record = { slots: 4, taskIds: [], startedAt: new Date(0).toISOString(), draining: false }
  return { workerId, record, registry: createWorkerRegistry(redis, workerId) }
}

test("writes the worker down by Redis's clock, for as long as a worker lives", async () => {
  const { workerId, record, registry } = newWorker()
  expect(await registry.beat(record)).toEqual({ drain: false, cancelled: [] })
  const [seconds] = await redis.time()
  const at = Number(await redis.zscore(workersKey, workerId))
  expect(Math.abs(at - Number(seconds) * 1_000)).toBeLessThan(5_000)
  expect(JSON.parse((await redis.get(workerKey(workerId))) ?? '')).toEqual(record)
  const leftMs = await redis.pttl(workerKey(workerId))
  expect(leftMs).toBeGreaterThan(workerLifetimeMs - 5_000)
  expect(leftMs).toBeLessThanOrEqual(workerLifetimeMs)
})

test('hears which of its tasks were cancelled, and whether to take no more', async () => {
  const { workerId, record, registry } = newWorker()
  const taskIds = [randomUUID(), randomUUID(), randomUUID()]
  const [, second = '', third = ''] = taskIds
  for (const taskId of [second, third]) await redis.set(cancellationKey(taskId), '', 'EX', 60)
  await redis.set(workerDrainKey(workerId), '')
  expect(await registry.beat({ ...record, taskIds })).toEqual({
    ...{ drain: true, cancelled: [second, third] },
  })
})

test('is told to take no more for as long as it lives, however long that is', async () => {
  const { workerId, record, registry } = newWorker()
  await redis.set(workerDrainKey(workerId), '', 'EX', 60)
  await registry.beat(record)
  expect(await redis.ttl(workerDrainKey(workerId))).toBeGreaterThan(3_600)
})

test('leaves nothing behind when it leaves', async () => {
  const { workerId, record, registry } = newWorker()
  await registry.beat(record)
  await redis.set(workerDrainKey(workerId), '')
  await registry.leave()
  expect(await redis.zscore(workersKey, workerId)).toBeNull()
  expect(await redis.exists(workerKey(workerId), workerDrainKey(workerId))).toBe(0)
})

test('forgets workers that have been silent for an hour', async () => {
  const silent = `worker-${randomUUID()}`
  await redis.zadd(workersKey, Date.now() - 3_700_000, silent)
  const { record, registry } = newWorker()
  await registry.beat(record)
  expect(await redis.zscore(workersKey, silent)).toBeNull()
})
