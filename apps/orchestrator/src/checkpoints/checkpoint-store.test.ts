import { randomUUID } from 'node:crypto'
import type {} from '@throughline/embedded/vitest-setup'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test } from 'vitest'
import { collectLogs } from '../testing/collect-logs.ts'
import { type Checkpoint, checkpointKey, createCheckpointStore } from './checkpoint-store.ts'

const redis = new Redis(inject('redisUrl'))
const { logger } = collectLogs()
const store = createCheckpointStore(redis, logger)
afterAll(() => redis.disconnect())

const owner = (attempt: number, taskId = randomUUID()) => ({ taskId, attempt })

function checkpoint(note: string): Checkpoint {
  return { workflow: 'negotiation', version: 1, nodes: { analyse: { output: note } } }
}

test('gives a later attempt what an earlier one saved', async () => {
  const first = owner(1)
  const size = await store.save(first, checkpoint('first'))
  expect(size).toBe(JSON.stringify(checkpoint('first')).length)
  expect(await store.restore({ ...first, attempt: 2 })).toEqual(checkpoint('first'))
})

test('lets no attempt overwrite, read or remove what a newer one has', async () => {
  const first = owner(1)
  const second = { ...first, attempt: 2 }
  await store.save(second, checkpoint('second'))

  await expect(store.save(first, checkpoint('first'))).rejects.toMatchObject({ code: 'lease_lost' })
  await expect(store.restore(first)).rejects.toMatchObject({ code: 'lease_lost' })
  await store.remove(first)
  expect(await store.restore(second)).toEqual(checkpoint('second'))
})

test('belongs to the attempt that restored it, before that attempt has saved anything', async () => {
  const first = owner(1)
  await store.save(first, checkpoint('first'))
  await store.restore({ ...first, attempt: 2 })
  await expect(store.save(first, checkpoint('late'))).rejects.toMatchObject({ code: 'lease_lost' })

  const other = owner(1)
  expect(await store.restore({ ...other, attempt: 2 })).toBeUndefined()
  await expect(store.save(other, checkpoint('late'))).rejects.toMatchObject({ code: 'lease_lost' })
})

test('expires when nobody comes back for it', async () => {
  const first = owner(1)
  await store.save(first, checkpoint('first'))
  expect(await redis.ttl(checkpointKey(first.taskId))).toBeGreaterThan(0)
  const other = owner(2)
  await store.restore(other)
  expect(await redis.ttl(checkpointKey(other.taskId))).toBeGreaterThan(0)
})

test('refuses what is too large', async () => {
  const saving = store.save(owner(1), checkpoint('x'.repeat(300_000)))
  await expect(saving).rejects.toMatchObject({ code: 'checkpoint_too_large', consequence: 'fail' })
})

test.each(['not JSON', '{"workflow":1}', '[]'])('restores nothing from %s', async (state) => {
  const second = owner(2)
  await redis.hset(checkpointKey(second.taskId), { attempt: 1, state })
  expect(await store.restore(second)).toBeUndefined()
})

test('is gone once removed, or once its task is closed', async () => {
  const first = owner(1)
  await store.save(first, checkpoint('first'))
  await store.remove(first)
  expect(await redis.exists(checkpointKey(first.taskId))).toBe(0)

  await store.save({ ...first, attempt: 3 }, checkpoint('third'))
  await store.discard(first.taskId)
  expect(await redis.exists(checkpointKey(first.taskId))).toBe(0)
})

test('says so when Redis is away', async () => {
  const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false })
  away.on('error', () => {})
  const saving = createCheckpointStore(away, logger).save(owner(1), checkpoint('first'))
  await expect(saving).rejects.toMatchObject({
    code: 'checkpoint_unavailable',
    consequence: 'retry',
  })
  away.disconnect()
})
