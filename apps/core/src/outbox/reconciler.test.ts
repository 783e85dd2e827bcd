import { TaskState, taskQueueName } from '@throughline/contracts'
import { UnrecoverableError, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { makeListings } from '../seed/make-listings.ts'
import { startCore, type TestCore } from '../testing/core.ts'

const listingId = makeListings()[0]?.id ?? ''
const soon = { timeout: 10_000, interval: 50 }

let core: TestCore
beforeEach(async () => {
  core = await startCore({ reconcileIntervalMs: 100 })
})
afterEach(() => core.stop())

async function startAndSend(): Promise<string> {
  const { taskId } = await core.negotiations.startNegotiation({
    tenantId: 'demo',
    listingId,
    budgetCents: 1_000,
  })
  await vi.waitFor(async () => expect(await sentAt(taskId)).not.toBeNull(), soon)
  return taskId
}

const sentAt = async (taskId: string) =>
  (await core.database.outbox.findUniqueOrThrow({ where: { taskId } })).sentAt
const startAttempt = (taskId: string) => core.tasks.startTask({ taskId, workerId: 'worker-1' })
const stateOf = async (taskId: string) =>
  (await core.tasks.getTask({ tenantId: 'demo', taskId })).task?.state

test('sends a queued task again when Redis has lost its job', async () => {
  const taskId = await startAndSend()
  await core.queue.remove(taskId)
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('waiting'), soon)
})

test('sends a running task again when Redis has lost its job', async () => {
  const taskId = await startAndSend()
  await startAttempt(taskId)
  await core.queue.remove(taskId)
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('waiting'), soon)
  expect(await startAttempt(taskId)).toMatchObject({ attempt: 2 })
})

test('leaves alone the tasks whose jobs are alive and the tasks that have ended', async () => {
  const alive = await startAndSend()
  const ended = await startAndSend()
  await startAttempt(ended)
  await core.tasks.failTask({ taskId: ended, attempt: 1, errorCode: 'test', retryable: false })
  await core.queue.remove(ended)
  const before = [await sentAt(alive), await sentAt(ended)]

  const lost = await startAndSend()
  await core.queue.remove(lost)
  await vi.waitFor(async () => expect(await core.queue.stateOf(lost)).toBe('waiting'), soon)
  expect([await sentAt(alive), await sentAt(ended)]).toEqual(before)
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
    const { taskId } = await core.negotiations.startNegotiation({
      tenantId: 'demo',
      listingId,
      budgetCents: 1_000,
    })
    await vi.waitFor(() => expect(runs).toBeGreaterThanOrEqual(2), soon)
    expect(await stateOf(taskId)).toBe(TaskState.QUEUED)
  } finally {
    await worker.close()
    connection.disconnect()
  }
})

test('fails a task that has neither a job nor an attempt left', async () => {
  const taskId = await startAndSend()
  for (const _ of [1, 2, 3]) await startAttempt(taskId)
  await core.queue.remove(taskId)
  await vi.waitFor(async () => expect(await stateOf(taskId)).toBe(TaskState.FAILED), soon)
  const { task } = await core.tasks.getTask({ tenantId: 'demo', taskId })
  expect(task?.errorCode).toBe('attempts_exhausted')
})

test('finds a lost job behind a backlog longer than a batch', async () => {
  const taskIds = await Promise.all(Array.from({ length: 105 }, startAndSend))
  const last = taskIds.sort().at(-1) ?? ''
  await core.queue.remove(last)
  await vi.waitFor(async () => expect(await core.queue.stateOf(last)).toBe('waiting'), soon)
})
