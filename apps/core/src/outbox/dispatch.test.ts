import { randomUUID } from 'node:crypto'
import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, type Database } from '../database.ts'
import { createRedis } from '../redis.ts'
import { cloneDatabase, type TestDatabase } from '../testing/database.ts'
import { commitQuietly, limitTenant } from '../testing/waiting-tasks.ts'
import { dispatch } from './dispatch.ts'
import { createRateLimits } from './rate-limits.ts'
import { createTaskQueue, type TaskQueue } from './task-queue.ts'

const poolSize = 5
const logger = pino({ level: 'silent' })
const redis = createRedis({ url: inject('redisUrl'), logger })
const queues: TaskQueue[] = []
let clone: TestDatabase
let database: Database
beforeAll(async () => {
  clone = await cloneDatabase(inject('postgresUrl'))
  database = createDatabase({ url: clone.url, poolSize, logger })
})
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()))
  await database.outbox.deleteMany()
})
afterAll(async () => {
  redis.disconnect()
  await database.$disconnect()
  await clone.drop()
})

function createQueue(prefix = `core-test-${randomUUID()}`): TaskQueue {
  const queue = createTaskQueue({ redis, logger, name: taskQueueName, prefix })
  queues.push(queue)
  return queue
}

/** Names of their own: the buckets of all tests are in one Redis. */
async function tenant(limits: Parameters<typeof limitTenant>[2] = {}): Promise<string> {
  const id = `t${randomUUID().slice(0, 8)}`
  await limitTenant(database, id, limits)
  return id
}

const isSent = async (taskId: string) =>
  (await database.outbox.findUniqueOrThrow({ where: { taskId } })).sentAt !== null
const countInFlight = (tenantId: string) =>
  database.outbox.count({ where: { tenantId, sentAt: { not: null } } })

test('lets a job try as often as its task may fail', async () => {
  const prefix = `core-test-${randomUUID()}`
  const [id = ''] = await commitQuietly(database, await tenant())
  await database.task.update({ where: { id }, data: { maxFailures: 7 } })
  await dispatch(database, createQueue(prefix), createRateLimits(redis), 1)
  const queue = new Queue(taskQueueName, { connection: redis, prefix })
  expect((await queue.getJob(id))?.opts.attempts).toBe(7)
  await queue.close()
})

test('goes on while requests hold every connection that they can have', async () => {
  const [id = ''] = await commitQuietly(database, await tenant())
  const queue = createQueue()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const requests = Array.from({ length: poolSize }, () =>
    database.statements.transaction(() => released),
  )
  const dispatched = await dispatch(database, queue, createRateLimits(redis), 1)
  release()
  await Promise.all(requests)
  expect(dispatched.sent).toBe(1)
  expect(await isSent(id)).toBe(true)
})

test('lets a quiet tenant into a full queue, in front of what a busy one has waiting there', async () => {
  const prefix = `core-test-${randomUUID()}`
  const taskQueue = createQueue(prefix)
  const limits = createRateLimits(redis)
  const busy = await commitQuietly(database, await tenant(), 3)
  await dispatch(database, taskQueue, limits, 2)
  const [quiet = ''] = await commitQuietly(database, await tenant())
  expect(await dispatch(database, taskQueue, limits, 2)).toEqual({
    sent: 1,
    more: false,
    othersWait: true,
  })

  const queue = new Queue(taskQueueName, { connection: redis, prefix })
  const inOrder = await queue.getPrioritized()
  expect(inOrder.map(({ id, priority }) => [id, priority])).toEqual([
    [busy[0], 1],
    [quiet, 1],
    [busy[1], 2],
  ])
  await queue.close()
})

test('never sends a task twice and never passes a limit, however many cores dispatch', async () => {
  const limited = await tenant({ maxRunningTasks: 7 })
  const other = await tenant()
  const taskIds = [
    ...(await commitQuietly(database, limited, 30)),
    ...(await commitQuietly(database, other, 30)),
  ]
  const rivals = Array.from({ length: 4 }, () => createQueue())
  await Promise.all(
    rivals.map(async (queue) => {
      const limits = createRateLimits(redis)
      for (const window of [5, 10, 20, 20]) await dispatch(database, queue, limits, window)
    }),
  )
  expect([await countInFlight(limited), await countInFlight(other)]).toEqual([7, 13])
  for (const taskId of taskIds) {
    const states = await Promise.all(rivals.map((queue) => queue.stateOf(taskId)))
    const known = states.filter((state) => state !== 'unknown')
    expect(known).toEqual((await isSent(taskId)) ? ['prioritized'] : [])
  }
})

test('holds a tenant to its rate and lets the others pass', async () => {
  const queue = createQueue()
  const limits = createRateLimits(redis)
  // Two at once, then one every 5 seconds.
  const slow = await tenant({ tasksPerMinute: 12 })
  const waiting = await commitQuietly(database, slow, 4)
  expect(await dispatch(database, queue, limits, 100)).toMatchObject({ sent: 2, more: true })
  expect(await Promise.all(waiting.map(isSent))).toEqual([true, true, false, false])
  expect(limits.heldBack()).toEqual([slow])

  const [passing = ''] = await commitQuietly(database, await tenant())
  expect(await dispatch(database, queue, limits, 100)).toMatchObject({ sent: 1, more: false })
  expect(await isSent(passing)).toBe(true)
})

test('leaves a task in line when its job could not be sent', async () => {
  const [taskId = ''] = await commitQuietly(database, await tenant())
  const broken = { ...createQueue(), add: () => Promise.reject(new Error('Redis is away')) }
  await expect(dispatch(database, broken, createRateLimits(redis), 1)).rejects.toThrow('away')
  expect(await isSent(taskId)).toBe(false)
})
