import { randomUUID } from 'node:crypto'
import { checkpointKey } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, test } from 'vitest'
import { collectLogs } from '../testing/collect-logs.ts'
import type { Checkpoint } from './checkpoint.ts'
import { checkpointLimitBytes, createCheckpointStore } from './checkpoint-store.ts'

const redis = new Redis(inject('redisUrl'))
const { logger } = collectLogs()
const store = createCheckpointStore(redis, logger)
afterAll(() => redis.disconnect())

async function openedBy(attempt: number, taskId: string = randomUUID()) {
  const owner = { taskId, attempt }
  await store.open(owner)
  return owner
}

function progress(outputs: Checkpoint['outputs'], unreported?: Checkpoint['unreported']) {
  return { workflow: 'negotiation', version: 1, outputs, unreported }
}

const usage = { inputTokens: 20, outputTokens: 9, costNanoUsd: 700, unpricedCalls: 1 }

test('gives a later attempt all that an earlier one saved, save by save', async () => {
  const first = await openedBy(1)
  await store.save(first, progress({ analyse: 'one' }))
  await store.save(first, progress({ 'review[3]': { price: 2 } }, { attempt: 1, usage }))
  expect(await store.open({ ...first, attempt: 2 })).toEqual(
    progress({ analyse: 'one', 'review[3]': { price: 2 } }, { attempt: 1, usage }),
  )
})

test('writes what is new and nothing else, and knows the size of all', async () => {
  const first = await openedBy(1)
  const small = await store.save(first, progress({ analyse: 'one' }))
  const large = await store.save(first, progress({ propose: 'two' }))
  expect(large - small).toBe('step:propose"two"'.length)
  expect(await store.save(first, progress({ propose: '2' }))).toBe(large - 'wo'.length)
})

test('forgets what was there when it is replaced', async () => {
  const first = await openedBy(1)
  await store.save(first, progress({ analyse: 'one' }, { attempt: 1, usage }))
  const second = await openedBy(2, first.taskId)
  const size = await store.replace(second, { ...progress({ propose: 'two' }), version: 2 })
  expect(size).toBe('about{"workflow":"negotiation","version":2}step:propose"two"'.length)
  expect(await store.open({ ...first, attempt: 3 })).toEqual({
    ...progress({ propose: 'two' }),
    version: 2,
  })
})

test('lets no attempt overwrite, read or remove what a newer one has', async () => {
  const first = await openedBy(1)
  const second = await openedBy(2, first.taskId)
  await store.save(second, progress({ analyse: 'second' }))

  for (const late of [store.save(first, progress({})), store.replace(first, progress({}))]) {
    await expect(late).rejects.toMatchObject({ code: 'lease_lost' })
  }
  await expect(store.open(first)).rejects.toMatchObject({ code: 'lease_lost' })
  await store.remove(first)
  expect(await store.open(second)).toEqual(progress({ analyse: 'second' }))
})

test('belongs to the attempt that opened it, before that attempt has saved anything', async () => {
  const first = await openedBy(1)
  await store.save(first, progress({ analyse: 'first' }))
  await store.open({ ...first, attempt: 2 })
  const late = store.save(first, progress({ analyse: 'late' }))
  await expect(late).rejects.toMatchObject({ code: 'lease_lost' })
})

test('is not begun again by an attempt that wakes after its task has ended', async () => {
  const first = await openedBy(1)
  const second = await openedBy(2, first.taskId)
  await store.remove(second)
  const late = store.save(first, progress({ analyse: 'late' }))
  await expect(late).rejects.toMatchObject({ code: 'lease_lost' })
  expect(await redis.exists(checkpointKey(first.taskId))).toBe(0)
})

test('expires when nobody comes back for it', async () => {
  const first = await openedBy(1)
  expect(await redis.ttl(checkpointKey(first.taskId))).toBeGreaterThan(0)
  await store.save(first, progress({ analyse: 'one' }))
  expect(await redis.ttl(checkpointKey(first.taskId))).toBeGreaterThan(0)
  await store.replace(first, progress({ analyse: 'one' }))
  expect(await redis.ttl(checkpointKey(first.taskId))).toBeGreaterThan(0)
})

test('refuses what would make it too large, says what that was, and keeps what it has', async () => {
  const first = await openedBy(1)
  const half = 'x'.repeat(checkpointLimitBytes / 2)
  await store.save(first, progress({ analyse: half }))
  for (const write of [store.save, store.replace]) {
    await expect(write(first, progress({ propose: half, policy: half }))).rejects.toMatchObject({
      code: 'checkpoint_too_large',
      consequence: 'fail',
      cause: new Error('more than 262144 bytes with propose, policy'),
    })
  }
  expect(await store.open(first)).toEqual(progress({ analyse: half }))
})

test.each(['not JSON', '{"workflow":1}', '[]'])(
  'restores nothing when it says %s',
  async (about) => {
    const second = { taskId: randomUUID(), attempt: 2 }
    await redis.hset(checkpointKey(second.taskId), { attempt: 1, about, 'step:analyse': '1' })
    expect(await store.open(second)).toBeUndefined()
  },
)

test('restores all but the step that cannot be read', async () => {
  const first = await openedBy(1)
  await store.save(first, progress({ analyse: 'one', propose: 'two' }))
  await redis.hset(checkpointKey(first.taskId), { 'step:propose': '"tw', unreported: '{}' })
  expect(await store.open(first)).toEqual(progress({ analyse: 'one' }))
})

test('is gone once removed, or once its task is closed', async () => {
  const first = await openedBy(1)
  await store.save(first, progress({ analyse: 'one' }))
  await store.remove(first)
  expect(await redis.exists(checkpointKey(first.taskId))).toBe(0)

  await openedBy(3, first.taskId)
  await store.discard(first.taskId)
  expect(await redis.exists(checkpointKey(first.taskId))).toBe(0)
})

test('says so when Redis is away', async () => {
  const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false })
  away.on('error', () => {})
  const owner = { taskId: randomUUID(), attempt: 1 }
  const saving = createCheckpointStore(away, logger).save(owner, progress({}))
  await expect(saving).rejects.toMatchObject({
    code: 'checkpoint_unavailable',
    consequence: 'retry',
  })
  away.disconnect()
})
