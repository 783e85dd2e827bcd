import {
  cancellationChannel,
  cancellationKey,
  cancellationLifetimeSeconds,
  checkpointKey,
  TaskState,
  taskEventField,
  taskEventsKey,
  taskQueueName,
  workerDrainKey,
  workerKey,
  workersKey,
} from '@throughline/contracts'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startBreakableProxy } from '../testing/breakable-proxy.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { commitQuietly } from '../testing/waiting-tasks.ts'

// One of its own: workers of other tests are not to be seen in it.
const redisUrl = `${inject('redisUrl')}/11`
const redis = new Redis(redisUrl)
const soon = { timeout: 10_000, interval: 20 }

let proxy: Awaited<ReturnType<typeof startBreakableProxy>>
let core: TestCore
beforeAll(async () => {
  await redis.flushdb()
  proxy = await startBreakableProxy(inject('redisUrl'))
  core = await startCore({ redisUrl: `${proxy.url}/11` })
  await vi.waitFor(() => expect(core.redis.status).toBe('ready'), soon)
})
afterAll(async () => {
  await core.stop()
  await proxy.stop()
  redis.disconnect()
})

const startedAt = new Date('2026-11-22T00:00:00Z')

async function heartbeat(id: string, slots: number, taskIds: readonly string[] = []) {
  const record = { slots, taskIds, startedAt: startedAt.toISOString(), draining: false }
  await redis.zadd(workersKey, 1_700_000_000_000, id)
  await redis.set(workerKey(id), JSON.stringify(record))
}

async function submit(): Promise<string> {
  const request = { nodes: 1 }
  const { taskId } = await core.tasks.submitTask({ tenantId: 'demo', type: 'noop', request })
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('prioritized'), soon)
  return taskId
}

test('lists the workers that are alive', async () => {
  await heartbeat('worker-1', 4, ['a'])
  await redis.zadd(workersKey, 1, 'gone')
  expect(await core.workers.listWorkers({})).toEqual({
    workers: [
      {
        id: 'worker-1',
        ...{ slots: 4, taskIds: ['a'], draining: false, startedAt },
        lastHeartbeatAt: new Date(1_700_000_000_000),
      },
    ],
  })
})

test('a record that nobody understands hides no other worker', async () => {
  await heartbeat('worker-1', 4)
  await redis.zadd(workersKey, 1_700_000_000_000, 'garbled')
  await redis.set(workerKey('garbled'), '{"slots":')
  const { workers } = await core.workers.listWorkers({})
  expect(workers.map(({ id }) => id)).toEqual(['worker-1'])
  await redis.del(workerKey('garbled'))
})

test('says that the registry is away while Redis is', async () => {
  proxy.breakOff()
  try {
    await expect(core.workers.listWorkers({})).rejects.toMatchObject({
      code: Status.UNAVAILABLE,
      details: 'The registry of workers does not answer',
    })
  } finally {
    proxy.restore()
  }
  await vi.waitFor(() => expect(core.redis.status).toBe('ready'), soon)
})

test('tells a worker to take no more tasks, and to take some again', async () => {
  await heartbeat('worker-1', 4)
  const drain = (draining: boolean) => core.workers.drainWorker({ workerId: 'worker-1', draining })
  expect((await drain(true)).worker).toMatchObject({ id: 'worker-1', draining: true })
  expect(await redis.exists(workerDrainKey('worker-1'))).toBe(1)
  expect((await drain(false)).worker).toMatchObject({ draining: false })
  expect(await redis.exists(workerDrainKey('worker-1'))).toBe(0)
})

test('knows no worker that is gone', async () => {
  const drained = core.workers.drainWorker({ workerId: 'gone', draining: true })
  await expect(drained).rejects.toMatchObject({ code: Status.NOT_FOUND })
  expect(await redis.exists(workerDrainKey('gone'))).toBe(0)
})

test('sends more tasks as soon as there are more workers', async () => {
  await core.database.outbox.deleteMany()
  await heartbeat('worker-1', 4)
  await commitQuietly(core.database, 'demo', 40)
  const inFlight = () => core.database.outbox.count({ where: { sentAt: { not: null } } })
  await expect.poll(inFlight).toBe(16)
  await heartbeat('worker-2', 10)
  await expect.poll(inFlight).toBe(28)
  await core.database.outbox.deleteMany()
})

test('a cancellation reaches the workers by channel and by key, and removes the job that waits', async () => {
  const taskId = await submit()
  const subscriber = redis.duplicate()
  await subscriber.subscribe(cancellationChannel)
  const messages: string[] = []
  subscriber.on('message', (_, message) => messages.push(message))

  await core.tasks.cancelTask({ taskId })
  await expect.poll(() => messages).toContain(taskId)
  const lifetime = await redis.ttl(cancellationKey(taskId))
  expect(lifetime).toBeGreaterThan(cancellationLifetimeSeconds - 60)
  expect(await core.queue.stateOf(taskId)).toBe('unknown')
  subscriber.disconnect()
})

test('a task that is cancelled between two attempts leaves no checkpoint', async () => {
  const taskId = await submit()
  await redis.hset(checkpointKey(taskId), { attempt: 1 })
  await core.tasks.cancelTask({ taskId })
  expect(await redis.exists(checkpointKey(taskId))).toBe(0)
})

test('a task that is cancelled under its worker leaves the checkpoint to it', async () => {
  const taskId = await submit()
  await redis.hset(checkpointKey(taskId), { attempt: 1 })
  const connection = redis.duplicate({ maxRetriesPerRequest: null })
  const worker = new Worker(taskQueueName, null, { connection, prefix: core.queuePrefix })
  try {
    while ((await worker.getNextJob('token'))?.id !== taskId);
    await core.tasks.cancelTask({ taskId })
    expect(await redis.exists(checkpointKey(taskId))).toBe(1)
  } finally {
    await worker.close()
    connection.disconnect()
  }
})

test('a cancelled task that is retried runs again', async () => {
  const taskId = await submit()
  await core.tasks.cancelTask({ taskId })
  await core.tasks.retryTask({ taskId })
  expect(await redis.exists(cancellationKey(taskId))).toBe(0)
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('prioritized'), soon)
})

test('a refused retry leaves the job of a healthy task alone', async () => {
  const taskId = await submit()
  await expect(core.tasks.retryTask({ taskId })).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
  })
  expect(await core.queue.stateOf(taskId)).toBe('prioritized')
})

test('cancels a task while Redis is away, and retries it when Redis is back', async () => {
  const taskId = await submit()
  proxy.breakOff()
  try {
    const { task } = await core.tasks.cancelTask({ taskId })
    expect(task?.state).toBe(TaskState.CANCELLED)
    await expect(core.tasks.retryTask({ taskId })).rejects.toMatchObject({
      code: Status.UNAVAILABLE,
      details: 'The queue does not answer',
    })
  } finally {
    proxy.restore()
  }
  await vi.waitFor(() => expect(core.redis.status).toBe('ready'), soon)
  await redis.xadd(taskEventsKey(taskId), '*', taskEventField, '{"type":"task.cancelled"}')
  const { task } = await core.tasks.retryTask({ taskId })
  expect(task?.state).toBe(TaskState.QUEUED)
  expect(await redis.exists(taskEventsKey(taskId))).toBe(0)
})
