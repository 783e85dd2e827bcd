import {
  NegotiationAction,
  type NegotiationResult,
  TaskState,
  WriteOutcome,
} from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeListings } from '../seed/make-listings.ts'
import { startCore, type TestCore } from '../testing/core.ts'

let core: TestCore
beforeAll(async () => {
  core = await startCore()
})
afterAll(() => core.stop())

const listing = makeListings()[3]
const firstTraceparent = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`
const offer: NegotiationResult = {
  action: NegotiationAction.OFFER,
  priceCents: 42_000,
  message: 'Would you take this?',
  model: 'test',
  inputTokens: 30,
  outputTokens: 12,
}

async function newTask(): Promise<string> {
  const { taskId } = await core.negotiations.startNegotiation({
    tenantId: 'demo',
    listingId: listing?.id,
    budgetCents: 90_000,
  })
  return taskId
}

const start = (taskId: string, traceparent = '') =>
  core.tasks.startTask({ taskId, workerId: 'worker-1', traceparent })
const complete = (taskId: string, attempt: number, result = offer) =>
  core.tasks.completeTask({ taskId, attempt, result })
const fail = (taskId: string, attempt: number, retryable: boolean) =>
  core.tasks.failTask({
    taskId,
    attempt,
    errorCode: 'model_unavailable',
    errorMessage: 'The model did not answer',
    retryable,
  })
const get = async (taskId: string, tenantId = 'demo') =>
  (await core.tasks.getTask({ tenantId, taskId })).task
const attempts = (taskId: string) =>
  core.database.taskAttempt.findMany({ where: { taskId }, orderBy: { attempt: 'asc' } })
const results = (taskId: string) => core.database.negotiationResult.findMany({ where: { taskId } })

test('opens the first attempt with all that a worker needs', async () => {
  const taskId = await newTask()
  expect(await start(taskId)).toMatchObject({
    tenantId: 'demo',
    taskType: 'negotiation',
    attempt: 1,
    maxAttempts: 3,
    budgetCents: 90_000,
    previousTraceparent: '',
    listing: { id: listing?.id, title: listing?.title, daysListed: listing?.daysListed },
  })
  expect(await get(taskId)).toMatchObject({ state: TaskState.RUNNING, attempt: 1 })
})

test('hands the trace of one attempt to the next, and marks the first as abandoned', async () => {
  const taskId = await newTask()
  await start(taskId, firstTraceparent)
  expect(await start(taskId)).toMatchObject({ attempt: 2, previousTraceparent: firstTraceparent })
  expect((await attempts(taskId)).map(({ outcome }) => outcome)).toEqual(['abandoned', null])
})

test('drops a malformed traceparent and starts the task', async () => {
  const taskId = await newTask()
  await start(taskId, 'not-a-traceparent')
  expect((await attempts(taskId))[0]?.traceparent).toBeNull()
})

test('completes a task once: the second report is a duplicate and changes nothing', async () => {
  const taskId = await newTask()
  await start(taskId)
  expect(await complete(taskId, 1)).toEqual({ outcome: WriteOutcome.APPLIED })
  const completed = await get(taskId)
  expect(completed).toMatchObject({ state: TaskState.COMPLETED, result: offer })

  const other = { ...offer, priceCents: 1 }
  expect(await complete(taskId, 1, other)).toEqual({ outcome: WriteOutcome.DUPLICATE })
  expect(await fail(taskId, 1, true)).toEqual({
    outcome: WriteOutcome.DUPLICATE,
    willRetry: false,
  })
  expect(await get(taskId)).toEqual(completed)
  expect(await results(taskId)).toHaveLength(1)
})

test('ignores an attempt that a newer one has overtaken', async () => {
  const taskId = await newTask()
  await start(taskId)
  await start(taskId)
  expect(await complete(taskId, 1)).toEqual({ outcome: WriteOutcome.STALE })
  expect(await fail(taskId, 1, false)).toEqual({ outcome: WriteOutcome.STALE, willRetry: true })
  expect(await results(taskId)).toHaveLength(0)

  expect(await complete(taskId, 2)).toEqual({ outcome: WriteOutcome.APPLIED })
  expect(await complete(taskId, 1)).toEqual({ outcome: WriteOutcome.STALE })
  expect(await results(taskId)).toMatchObject([{ attempt: 2 }])
})

test('applies one of many completions that arrive together', async () => {
  const taskId = await newTask()
  await start(taskId)
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => complete(taskId, 1)))
  expect(outcomes.filter(({ outcome }) => outcome === WriteOutcome.APPLIED)).toHaveLength(1)
  expect(outcomes.filter(({ outcome }) => outcome === WriteOutcome.DUPLICATE)).toHaveLength(7)
  expect(await results(taskId)).toHaveLength(1)
})

test('gives concurrent starts different numbers, and no more than there are attempts', async () => {
  const taskId = await newTask()
  const started = await Promise.allSettled(Array.from({ length: 6 }, () => start(taskId)))
  const numbers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value.attempt] : []))
  expect(numbers.sort()).toEqual([1, 2, 3])
})

test('hands a task back until its attempts are used up', async () => {
  const taskId = await newTask()
  for (const attempt of [1, 2, 3]) {
    await start(taskId)
    const willRetry = attempt < 3
    expect(await fail(taskId, attempt, true)).toEqual({ outcome: WriteOutcome.APPLIED, willRetry })
    expect(await get(taskId)).toMatchObject({
      state: willRetry ? TaskState.QUEUED : TaskState.FAILED,
      errorCode: willRetry ? '' : 'model_unavailable',
    })
  }
  expect((await attempts(taskId)).map(({ outcome }) => outcome)).toEqual(Array(3).fill('failed'))
  await expect(start(taskId)).rejects.toMatchObject({ code: Status.FAILED_PRECONDITION })
})

test('ends a task at once when its failure is not worth another attempt', async () => {
  const taskId = await newTask()
  await start(taskId)
  expect(await fail(taskId, 1, false)).toEqual({
    outcome: WriteOutcome.APPLIED,
    willRetry: false,
  })
  expect(await get(taskId)).toMatchObject({
    state: TaskState.FAILED,
    errorCode: 'model_unavailable',
    errorMessage: 'The model did not answer',
  })
})

test('repeats its answer to a repeated failure report', async () => {
  const taskId = await newTask()
  await start(taskId)
  await fail(taskId, 1, true)
  expect(await fail(taskId, 1, true)).toEqual({
    outcome: WriteOutcome.DUPLICATE,
    willRetry: true,
  })
})

test('fails a task whose last attempt died without a word', async () => {
  const taskId = await newTask()
  for (const _ of [1, 2, 3]) await start(taskId)
  await expect(start(taskId)).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The task has no attempt left',
  })
  expect(await get(taskId)).toMatchObject({
    state: TaskState.FAILED,
    errorCode: 'attempts_exhausted',
  })
  expect(await complete(taskId, 3)).toEqual({ outcome: WriteOutcome.STALE })
})

test('does not show the task of one tenant to another', async () => {
  const taskId = await newTask()
  await expect(get(taskId, 'acme')).rejects.toMatchObject({ code: Status.NOT_FOUND })
})

test.each([
  ['task_id', () => start('17')],
  ['task_id', () => get("'; DROP TABLE tasks")],
  ['worker_id', async () => core.tasks.startTask({ taskId: await newTask() })],
  ['attempt', async () => complete(await newTask(), 0)],
  [
    'result.action',
    async () => complete(await newTask(), 1, { ...offer, action: NegotiationAction.UNSPECIFIED }),
  ],
  ['result.price_cents', async () => complete(await newTask(), 1, { ...offer, priceCents: 0 })],
  [
    'result.price_cents',
    async () => complete(await newTask(), 1, { ...offer, action: NegotiationAction.WALK_AWAY }),
  ],
  ['result.model', async () => complete(await newTask(), 1, { ...offer, model: '' })],
  ['result.action', async () => core.tasks.completeTask({ taskId: await newTask(), attempt: 1 })],
  ['error_code', async () => core.tasks.failTask({ taskId: await newTask(), attempt: 1 })],
])('refuses a bad %s by its name', async (field, call) => {
  await expect(call()).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringContaining(`${field}: `),
  })
})

test('does not find what was never started', async () => {
  const stranger = crypto.randomUUID()
  await expect(start(stranger)).rejects.toMatchObject({ code: Status.NOT_FOUND })
  await expect(get(stranger)).rejects.toMatchObject({ code: Status.NOT_FOUND })
  await expect(complete(stranger, 1)).rejects.toMatchObject({ code: Status.NOT_FOUND })
  await expect(complete(await newTask(), 1)).rejects.toMatchObject({ code: Status.NOT_FOUND })
})
