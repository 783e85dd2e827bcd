import { TaskState, taskQueueName } from '@throughline/contracts'
import { UnrecoverableError, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { createDatabase } from '../database.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { cloneDatabase } from '../testing/database.ts'
import { commitQuietly, limitTenant } from '../testing/waiting-tasks.ts'
import { startReconciler } from './reconciler.ts'
import type { TaskQueue } from './task-queue.ts'

const soon = { timeout: 10_000, interval: 50 }

let core: TestCore
beforeEach(async () => {
  core = await startCore({ reconcileIntervalMs: 100, window: () => 1_000 })
})
afterEach(() => core.stop())

async function submit(): Promise<string> {
  const request = { nodes: 1 }
  const { taskId } = await core.tasks.submitTask({ tenantId: 'demo', type: 'noop', request })
  return taskId
}

async function startAndSend(): Promise<string> {
  const taskId = await submit()
  await vi.waitFor(async () => expect(await sentAt(taskId)).not.toBeNull(), soon)
  return taskId
}

const sentAt = async (taskId: string) =>
  (await core.database.outbox.findUnique({ where: { taskId } }))?.sentAt ?? null
const startAttempt = (taskId: string) => core.tasks.startTask({ taskId, workerId: 'worker-1' })
const stateOf = async (taskId: string) =>
  (await core.tasks.getTask({ tenantId: 'demo', taskId })).task?.state

test('sends a queued task again when Redis has lost its job', async () => {
  const taskId = await startAndSend()
  await core.queue.remove(taskId)
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('prioritized'), soon)
})

test('sends a running task again when Redis has lost its job', async () => {
  const taskId = await startAndSend()
  await startAttempt(taskId)
  await core.queue.remove(taskId)
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('prioritized'), soon)
  expect(await startAttempt(taskId)).toMatchObject({ attempt: 2 })
})

test('leaves alone the tasks whose jobs are alive and the tasks that have ended', async () => {
  const alive = await startAndSend()
  const ended = await startAndSend()
  await startAttempt(ended)
  await core.tasks.completeTask({ taskId: ended, attempt: 1, result: { nodes: 1 } })
  await core.queue.remove(ended)
  const before = await sentAt(alive)

  const lost = await startAndSend()
  await core.queue.remove(lost)
  await vi.waitFor(async () => expect(await core.queue.stateOf(lost)).toBe('prioritized'), soon)
  expect(await sentAt(alive)).toEqual(before)
  expect(await core.queue.stateOf(ended)).toBe('unknown')
})

test('runs a task again whose job failed for good before the task had ended', async () => {
  const connection = new Redis(inject('redisUrl'), { maxRetriesPerRequest: null })
  let runs = 0
  const worker = new Worker(
    taskQueueName,
    async () => {
      runs += 1
      if (runs === 1) throw new UnrecoverableError('core was away')
    },
    { connection, prefix: core.queuePrefix },
  )
  try {
    const taskId = await submit()
    await vi.waitFor(() => expect(runs).toBeGreaterThanOrEqual(2), soon)
    expect(await stateOf(taskId)).toBe(TaskState.QUEUED)
  } finally {
    await worker.close()
    connection.disconnect()
  }
})

test('sends everything again when Redis was restarted empty', async () => {
  const taskIds = await Promise.all(Array.from({ length: 20 }, startAndSend))
  const keys = await core.redis.keys(`${core.queuePrefix}:*`)
  await core.redis.del(keys)
  await vi.waitFor(async () => {
    const states = await Promise.all(taskIds.map((taskId) => core.queue.stateOf(taskId)))
    expect(new Set(states)).toEqual(new Set(['prioritized']))
  }, soon)
})

test('walks through all that is in flight without a pause, however many batches it is', async () => {
  const clone = await cloneDatabase(inject('postgresUrl'))
  const logger = pino({ level: 'silent' })
  const database = createDatabase({ url: clone.url, poolSize: 2, logger })
  const taskIds = await commitQuietly(database, 'demo', 250)
  await database.outbox.updateMany({ data: { sentAt: new Date(0) } })
  const stateOf = vi.fn<TaskQueue['stateOf']>(async () => 'prioritized')
  const reconciler = startReconciler({
    ...{ database, logger, queue: { ...core.queue, stateOf } },
    ...{ intervalMs: 600_000, graceMs: 0, onOutboxWritten: () => {} },
  })
  await vi.waitFor(() => expect(stateOf).toHaveBeenCalledTimes(250), soon)
  await reconciler.stop()
  expect(stateOf.mock.calls.flat()).toEqual(taskIds)
  await database.$disconnect()
  await clone.drop()
})

test('finds a lost job behind a backlog longer than a batch', async () => {
  await limitTenant(core.database, 'demo', { maxRunningTasks: 200 })
  const taskIds = await Promise.all(Array.from({ length: 105 }, startAndSend))
  const last = taskIds.sort().at(-1) ?? ''
  await core.queue.remove(last)
  await vi.waitFor(async () => expect(await core.queue.stateOf(last)).toBe('prioritized'), soon)
})
