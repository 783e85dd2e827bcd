import { randomUUID } from 'node:crypto'
import { taskQueueName } from '@throughline/contracts'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest'
import { makeListings } from '../seed/make-listings.ts'
import { startBreakableProxy } from '../testing/breakable-proxy.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { sendBatch } from './relay.ts'
import { createTaskQueue, type TaskQueue } from './task-queue.ts'

const logger = pino({ level: 'silent' })
const listingId = makeListings()[0]?.id ?? ''

let proxy: Awaited<ReturnType<typeof startBreakableProxy>>
let core: TestCore
const queues: TaskQueue[] = []
beforeAll(async () => {
  proxy = await startBreakableProxy(inject('redisUrl'))
  core = await startCore({ redisUrl: proxy.url })
})
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()))
})
afterAll(async () => {
  await core.stop()
  await proxy.stop()
})

const start = () =>
  core.negotiations.startNegotiation({ tenantId: 'demo', listingId, budgetCents: 1_000 })

/** A committed task of which no relay was told. */
async function commitQuietly(payload: object = {}): Promise<string> {
  const taskId = randomUUID()
  await core.database.negotiation.create({
    data: {
      id: randomUUID(),
      tenantId: 'demo',
      listingId,
      budgetCents: 1_000,
      task: {
        create: {
          id: taskId,
          tenantId: 'demo',
          type: 'negotiation',
          outbox: { create: { queue: taskQueueName, payload } },
        },
      },
    },
  })
  return taskId
}

function anotherQueue(): TaskQueue {
  const prefix = `core-test-${randomUUID()}`
  const queue = createTaskQueue({ redis: core.redis, logger, name: taskQueueName, prefix })
  queues.push(queue)
  return queue
}

const sentAt = async (taskId: string) =>
  (await core.database.outbox.findUniqueOrThrow({ where: { taskId } })).sentAt

test('sends a job as soon as it is committed', async () => {
  const { taskId } = await start()
  // Well below the poll, which would find it after a second.
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('waiting'), {
    timeout: 700,
    interval: 20,
  })
})

test('finds by itself what a crash left unsent', async () => {
  const taskId = await commitQuietly()
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('waiting'), 5_000)
})

test('takes negotiations while Redis is away, and sends them when it is back', async () => {
  proxy.breakOff()
  await vi.waitFor(() => expect(core.redis.status).not.toBe('ready'))
  const startedAt = performance.now()
  const started = await Promise.all([start(), start(), start()])
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  for (const { taskId } of started) expect(await sentAt(taskId)).toBeNull()

  proxy.restore()
  await vi.waitFor(
    async () => {
      for (const { taskId } of started) expect(await sentAt(taskId)).not.toBeNull()
    },
    { timeout: 15_000, interval: 100 },
  )
  for (const { taskId } of started) expect(await core.queue.stateOf(taskId)).toBe('waiting')
})

test('starts while Redis is away, and sends when it comes', async () => {
  proxy.breakOff()
  const early = await startCore({ redisUrl: proxy.url })
  try {
    const { taskId } = await early.negotiations.startNegotiation({
      tenantId: 'demo',
      listingId,
      budgetCents: 1_000,
    })
    proxy.restore()
    await vi.waitFor(async () => expect(await early.queue.stateOf(taskId)).toBe('waiting'), {
      timeout: 15_000,
      interval: 100,
    })
  } finally {
    proxy.restore()
    await early.stop()
  }
})

test('never sends a row twice, however many relays there are', async () => {
  await core.relay.stop()
  const taskIds = await Promise.all(Array.from({ length: 70 }, () => commitQuietly()))
  const rivals = Array.from({ length: 4 }, anotherQueue)
  const drain = async (queue: TaskQueue) => {
    while ((await sendBatch(core.database, queue)) > 0);
  }
  await Promise.all(rivals.map(drain))

  for (const taskId of taskIds) {
    expect(await sentAt(taskId)).not.toBeNull()
    const states = await Promise.all(rivals.map((queue) => queue.stateOf(taskId)))
    expect(states.filter((state) => state !== 'unknown')).toEqual(['waiting'])
  }
})

test('marks the jobs that were sent when another could not be', async () => {
  const queue = anotherQueue()
  const tooLarge = await commitQuietly({ text: 'x'.repeat(20_000) })
  const fine = await commitQuietly()
  await expect(sendBatch(core.database, queue)).rejects.toThrow(/exceeds the limit/)
  expect(await sentAt(tooLarge)).toBeNull()
  expect(await sentAt(fine)).not.toBeNull()
})
