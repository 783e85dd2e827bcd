import { AttemptOutcome, TaskState, WriteOutcome } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'

let core: TaskServer
beforeAll(async () => {
  core = await startTaskServer()
})
afterAll(() => core.stop())

const firstTraceparent = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`

test('opens the first attempt with all that a worker needs', async () => {
  const taskId = await core.submitNoop()
  expect(await core.start(taskId)).toEqual({
    tenantId: 'demo',
    taskType: 'noop',
    attempt: 1,
    input: { nodes: 1 },
    previous: undefined,
    firstUnreportedAttempt: 1,
    budgetNanoUsd: undefined,
    waitedMs: expect.any(Number),
    runningMs: 0,
  })
  expect(await core.get(taskId)).toMatchObject({ state: TaskState.RUNNING, attempt: 1 })
})

test('says how long the task has waited and how long it has been running', async () => {
  const taskId = await core.submitNoop()
  const data = { queuedAt: new Date(Date.now() - 90_000) }
  await core.database.task.update({ where: { id: taskId }, data })
  const first = await core.start(taskId)
  expect(first.waitedMs).toBeGreaterThanOrEqual(90_000)
  expect(first.waitedMs).toBeLessThan(120_000)

  const firstStartedAt = new Date(Date.now() - 30_000)
  await core.database.task.update({ where: { id: taskId }, data: { firstStartedAt } })
  await core.fail(taskId, 1)
  const second = await core.start(taskId)
  expect(second.waitedMs).toBeLessThan(30_000)
  expect(second.runningMs).toBeGreaterThanOrEqual(30_000)
})

test('hands the trace of one attempt to the next, and abandons the first', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId, firstTraceparent)
  expect(await core.start(taskId)).toMatchObject({
    attempt: 2,
    previous: {
      attempt: 1,
      workerId: 'worker-1',
      traceparent: firstTraceparent,
      outcome: AttemptOutcome.ABANDONED,
    },
    waitedMs: 0,
  })
  expect((await core.attempts(taskId)).map(({ outcome }) => outcome)).toEqual(['abandoned', null])
})

test.each([
  [AttemptOutcome.FAILED, (taskId: string) => core.fail(taskId, 1), 'model_unavailable'],
  [AttemptOutcome.RELEASED, (taskId: string) => core.release(taskId, 1), ''],
] as const)(
  'says that the attempt before ended with outcome %i',
  async (outcome, end, errorCode) => {
    const taskId = await core.submitNoop()
    await core.start(taskId)
    await end(taskId)
    expect((await core.start(taskId)).previous).toMatchObject({ outcome, errorCode })
  },
)

const deliver = (taskId: string, deliveryId: string) =>
  core.tasks.startTask({ taskId, workerId: 'worker-1', deliveryId })

test('answers a start that is sent again with the attempt that it opened', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.fail(taskId, 1)
  const started = await deliver(taskId, 'second')
  expect(started).toMatchObject({ attempt: 2, previous: { errorCode: 'model_unavailable' } })
  expect(await deliver(taskId, 'second')).toEqual(started)
  expect(await core.database.task.findUnique({ where: { id: taskId } })).toMatchObject({
    ...{ attempt: 2, failures: 1 },
  })
  expect(await core.complete(taskId, 2)).toEqual({ outcome: WriteOutcome.APPLIED })
})

test('starts of one delivery open one attempt, however many come at once', async () => {
  const taskId = await core.submitNoop()
  const started = await Promise.all(Array.from({ length: 6 }, () => deliver(taskId, 'the same')))
  expect(started.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1, 1])
  expect(await core.attempts(taskId)).toHaveLength(1)
})

test('a start of an older delivery comes too late, and one of another takes over', async () => {
  const taskId = await core.submitNoop()
  await deliver(taskId, 'first')
  expect(await deliver(taskId, 'second')).toMatchObject({
    ...{ attempt: 2, previous: { outcome: AttemptOutcome.ABANDONED } },
  })
  await core.release(taskId, 2)
  const again = { code: Status.FAILED_PRECONDITION }
  await expect(deliver(taskId, 'second')).rejects.toMatchObject(again)
  expect(await deliver(taskId, 'third')).toMatchObject({ attempt: 3 })
})

test('says why the attempt before was handed back', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.tasks.releaseTask({ taskId, attempt: 1, errorCode: 'checkpoint_newer' })
  expect((await core.start(taskId)).previous).toMatchObject({
    ...{ outcome: AttemptOutcome.RELEASED, errorCode: 'checkpoint_newer' },
  })
})

test('says from which attempt on nobody has reported', async () => {
  const taskId = await core.submitNoop()
  const firstUnreported = async () => (await core.start(taskId)).firstUnreportedAttempt
  expect(await firstUnreported()).toBe(1)
  await core.release(taskId, 1)
  expect(await firstUnreported()).toBe(2)
  expect(await firstUnreported()).toBe(2)
  expect(await firstUnreported()).toBe(2)
  await core.release(taskId, 4)
  expect(await firstUnreported()).toBe(5)
})

test('drops a malformed traceparent and starts the task', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId, 'not-a-traceparent')
  expect((await core.attempts(taskId))[0]?.traceparent).toBeNull()
})

test('gives concurrent starts different numbers, and no more than may be lost', async () => {
  const taskId = await core.submitNoop()
  const started = await Promise.allSettled(Array.from({ length: 6 }, () => core.start(taskId)))
  const opened = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect(opened.map(({ attempt }) => attempt).sort()).toEqual([1, 2, 3])
  expect(await core.get(taskId)).toMatchObject({ state: TaskState.DEAD })
  const outcomes = (await core.attempts(taskId)).map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['abandoned', 'abandoned', 'abandoned'])
})

test('refuses a task that has ended, and says how', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.complete(taskId, 1)
  await expect(core.start(taskId)).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The task cannot be started: completed',
  })
})

test('does not find what does not exist', async () => {
  const stranger = crypto.randomUUID()
  const notFound = { code: Status.NOT_FOUND }
  await expect(core.start(stranger)).rejects.toMatchObject(notFound)
  await expect(core.get(stranger)).rejects.toMatchObject(notFound)
  await expect(core.get(await core.submitNoop(), 'acme')).rejects.toMatchObject(notFound)
  await expect(core.complete(stranger, 1)).rejects.toMatchObject(notFound)
  await expect(core.complete(await core.submitNoop(), 1)).rejects.toMatchObject(notFound)
})

test.each([
  ['task_id', () => core.start('17')],
  ['task_id', () => core.start("'; DROP TABLE tasks")],
  ['worker_id', async () => core.tasks.startTask({ taskId: await core.submitNoop() })],
  ['attempt', async () => core.complete(await core.submitNoop(), 0)],
  ['error_code', async () => core.tasks.failTask({ taskId: await core.submitNoop(), attempt: 1 })],
  ['usage.cost_nano_usd', async () => core.complete(crypto.randomUUID(), 1, { costNanoUsd: -1 })],
  ['usage.input_tokens', async () => core.release(crypto.randomUUID(), 1, { inputTokens: -1 })],
])('refuses a bad %s by its name', async (field, call) => {
  await expect(call()).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringContaining(`${field}: `),
  })
})

test('an attempt whose start raced with its successor is abandoned by the report of that one', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.start(taskId)
  // What the second start leaves behind when it could not see the first one's row.
  await core.database.taskAttempt.update({
    where: { taskId_attempt: { taskId, attempt: 1 } },
    data: { outcome: null, endedAt: null },
  })
  expect(await core.complete(taskId, 2)).toEqual({ outcome: WriteOutcome.APPLIED })
  const outcomes = (await core.attempts(taskId)).map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['abandoned', 'completed'])
})
