// What counts as a failure, and what becomes of a task that has had too many.
import { AttemptOutcome, TaskState, WriteOutcome } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'

let core: TaskServer
beforeAll(async () => {
  core = await startTaskServer()
})
beforeEach(() => vi.clearAllMocks())
afterAll(() => core.stop())

const traceparent = (attempt: number) =>
  `00-${'b'.repeat(32)}-${String(attempt).padStart(16, '0')}-01`

/** Fails, is lost, and fails again. */
async function deadTask(): Promise<string> {
  const taskId = await core.submitNoop()
  await core.start(taskId, traceparent(1))
  await core.fail(taskId, 1, true, { costNanoUsd: 100 })
  await core.start(taskId, traceparent(2))
  await core.start(taskId, traceparent(3))
  await core.fail(taskId, 3, true, { costNanoUsd: 10 })
  return taskId
}

test('hands a task back until its failures are used up, and calls it dead then', async () => {
  const taskId = await core.submitNoop()
  for (const attempt of [1, 2, 3]) {
    await core.start(taskId)
    const willRetry = attempt < 3
    expect(await core.fail(taskId, attempt)).toEqual({ outcome: WriteOutcome.APPLIED, willRetry })
    expect(await core.get(taskId)).toMatchObject({
      state: willRetry ? TaskState.QUEUED : TaskState.DEAD,
      errorCode: willRetry ? '' : 'model_unavailable',
      errorMessage: willRetry ? '' : 'The model did not answer',
    })
    expect(core.queue.onPlaceFreed).toHaveBeenCalledTimes(willRetry ? 0 : 1)
  }
  await expect(core.start(taskId)).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The task cannot be started: dead (model_unavailable)',
  })
})

test('repeats its answer to a repeated failure report', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.fail(taskId, 1)
  const { outcome, willRetry } = await core.fail(taskId, 1)
  expect({ outcome, willRetry }).toEqual({ outcome: WriteOutcome.DUPLICATE, willRetry: true })
})

test('ends a task at once when its failure is not worth another attempt', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  expect(await core.fail(taskId, 1, false)).toEqual({
    outcome: WriteOutcome.APPLIED,
    willRetry: false,
  })
  expect(await core.get(taskId)).toMatchObject({
    state: TaskState.FAILED,
    errorCode: 'model_unavailable',
  })
})

test('does not count an attempt that was handed back', async () => {
  const taskId = await core.submitNoop()
  for (const attempt of [1, 2, 3, 4, 5]) {
    await core.start(taskId)
    expect(await core.release(taskId, attempt)).toEqual({ outcome: WriteOutcome.APPLIED })
    expect(await core.get(taskId)).toMatchObject({ state: TaskState.QUEUED, attempt })
  }
  await core.start(taskId)
  expect(await core.fail(taskId, 6)).toMatchObject({ willRetry: true })
})

test('counts an attempt that never reported', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.start(taskId)
  expect(await core.fail(taskId, 2)).toMatchObject({ willRetry: true })
  await core.start(taskId)
  expect(await core.fail(taskId, 3)).toMatchObject({ willRetry: false })
})

test('calls a task dead whose last attempt was lost', async () => {
  const taskId = await core.submitNoop()
  for (const _ of [1, 2, 3]) await core.start(taskId)
  await expect(core.start(taskId)).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The task cannot be started: dead (attempts_exhausted)',
  })
  expect(await core.get(taskId)).toMatchObject({ state: TaskState.DEAD, attempt: 3 })
  expect(await core.complete(taskId, 3)).toEqual({ outcome: WriteOutcome.STALE })
})

test('keeps the whole history of a dead task', async () => {
  const taskId = await deadTask()
  const { task, input, attempts } = await core.tasks.getTaskHistory({ taskId })
  expect(task).toMatchObject({ state: TaskState.DEAD, usage: { costNanoUsd: 110 } })
  expect(input).toEqual({ nodes: 1 })
  expect(attempts).toMatchObject([
    {
      ...{ attempt: 1, workerId: 'worker-1', traceparent: traceparent(1) },
      ...{ outcome: AttemptOutcome.FAILED, errorCode: 'model_unavailable' },
      ...{ startedAt: expect.any(Date), endedAt: expect.any(Date), usage: { costNanoUsd: 100 } },
    },
    { attempt: 2, outcome: AttemptOutcome.ABANDONED, errorCode: '', traceparent: traceparent(2) },
    { attempt: 3, outcome: AttemptOutcome.FAILED, usage: { costNanoUsd: 10 } },
  ])
})

test('retries a dead task with its failures forgiven and its history kept', async () => {
  const taskId = await deadTask()
  vi.clearAllMocks()
  const { task } = await core.tasks.retryTask({ taskId })
  expect(task).toMatchObject({
    state: TaskState.QUEUED,
    attempt: 3,
    errorCode: '',
    errorMessage: '',
  })
  expect(core.queue.beforeRetry).toHaveBeenCalledExactlyOnceWith(taskId)
  expect(core.queue.onTaskQueued).toHaveBeenCalledOnce()
  const outbox = await core.database.outbox.findUniqueOrThrow({ where: { taskId } })
  expect(outbox.sentAt).toBeNull()

  expect(await core.start(taskId)).toMatchObject({
    attempt: 4,
    previous: { attempt: 3, outcome: AttemptOutcome.FAILED, traceparent: traceparent(3) },
    runningMs: 0,
  })
  expect(await core.complete(taskId, 3)).toEqual({ outcome: WriteOutcome.STALE })
  expect(await core.fail(taskId, 4)).toMatchObject({ willRetry: true })
  await core.start(taskId)
  expect(await core.complete(taskId, 5)).toEqual({ outcome: WriteOutcome.APPLIED })
  const { attempts } = await core.tasks.getTaskHistory({ taskId })
  expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5])
})

test.each([
  ['queued', async () => core.submitNoop()],
  [
    'running',
    async () => {
      const taskId = await core.submitNoop()
      await core.start(taskId)
      return taskId
    },
  ],
  [
    'completed',
    async () => {
      const taskId = await core.submitNoop()
      await core.start(taskId)
      await core.complete(taskId, 1)
      return taskId
    },
  ],
])('does not retry a %s task', async (state, make) => {
  const taskId = await make()
  vi.clearAllMocks()
  await expect(core.tasks.retryTask({ taskId })).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: `The task cannot be retried: ${state}`,
  })
  expect(core.queue.beforeRetry).not.toHaveBeenCalled()
  expect(core.queue.onTaskQueued).not.toHaveBeenCalled()
})

test('two retries at once queue a task once', async () => {
  const taskId = await deadTask()
  vi.clearAllMocks()
  const retries = await Promise.allSettled([1, 2].map(() => core.tasks.retryTask({ taskId })))
  expect(retries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(core.queue.beforeRetry).toHaveBeenCalledOnce()
  expect(await core.database.outbox.count({ where: { taskId } })).toBe(1)
})
