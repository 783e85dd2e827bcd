// The fence: what a late, a repeated and an overtaken report change.
import { TaskState, WriteOutcome } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeListings } from '../seed/make-listings.ts'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'

let core: TaskServer
beforeAll(async () => {
  core = await startTaskServer()
})
afterAll(() => core.stop())

const usage = { inputTokens: 30, outputTokens: 12, costNanoUsd: 45_000, unpricedCalls: 1 }
const nothing = { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, unpricedCalls: 0 }

const report = {
  complete: (taskId: string, attempt: number) => core.complete(taskId, attempt, usage),
  fail: (taskId: string, attempt: number) => core.fail(taskId, attempt, true, usage),
  release: (taskId: string, attempt: number) => core.release(taskId, attempt, usage),
}
const reports = Object.entries(report)
const pairs = reports.flatMap(([first, sendFirst]) =>
  reports.map(([second, sendSecond]) => ({ first, sendFirst, second, sendSecond })),
)

async function everythingOf(taskId: string) {
  return {
    task: await core.database.task.findUniqueOrThrow({ where: { id: taskId } }),
    attempts: await core.attempts(taskId),
    results: await core.results(taskId),
    days: await core.database.tenantDay.findMany(),
  }
}

test.each(pairs)('a $second after a $first changes nothing, and is told so', async (pair) => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  expect(await pair.sendFirst(taskId, 1)).toMatchObject({ outcome: WriteOutcome.APPLIED })
  const before = await everythingOf(taskId)
  const outcome = pair.second === pair.first ? WriteOutcome.DUPLICATE : WriteOutcome.STALE
  expect(await pair.sendSecond(taskId, 1)).toMatchObject({ outcome })
  expect(await everythingOf(taskId)).toEqual(before)
})

test.each(reports)('a %s of an overtaken attempt is stale and changes nothing', async (_, send) => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.start(taskId)
  const running = await everythingOf(taskId)
  expect(await send(taskId, 1)).toMatchObject({ outcome: WriteOutcome.STALE })
  expect(await everythingOf(taskId)).toEqual(running)

  await core.complete(taskId, 2)
  const ended = await everythingOf(taskId)
  expect(await send(taskId, 1)).toMatchObject({ outcome: WriteOutcome.STALE })
  expect(await everythingOf(taskId)).toEqual(ended)
  expect(ended.results).toMatchObject([{ attempt: 2 }])
})

test.each(reports)(
  'a %s after the task was cancelled is stale, and counts its usage once',
  async (...named) => {
    const send = named[1]
    const taskId = await core.submitNoop()
    await core.start(taskId)
    await core.tasks.cancelTask({ taskId })
    expect(await send(taskId, 1)).toMatchObject({ outcome: WriteOutcome.STALE })
    const before = await everythingOf(taskId)
    expect(await core.get(taskId)).toMatchObject({ state: TaskState.CANCELLED, usage })
    expect(before.results).toEqual([])
    expect(before.attempts).toMatchObject([{ outcome: 'cancelled', costNanoUsd: 45_000n }])

    expect(await send(taskId, 1)).toMatchObject({ outcome: WriteOutcome.STALE })
    expect(await everythingOf(taskId)).toEqual(before)
  },
)

test('what a cancelled attempt used is not counted once another has begun', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.tasks.cancelTask({ taskId })
  await core.tasks.retryTask({ taskId })
  expect(await core.start(taskId)).toMatchObject({ attempt: 2, firstUnreportedAttempt: 1 })
  expect(await core.release(taskId, 1, usage)).toEqual({ outcome: WriteOutcome.STALE })
  expect(await core.get(taskId)).toMatchObject({ state: TaskState.RUNNING, usage: nothing })
})

test.each(reports)('applies one of many times the same %s at once', async (_, send) => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(taskId, 1)))
  const outcomes = answers.map(({ outcome }) => outcome).sort()
  expect(outcomes).toEqual([WriteOutcome.APPLIED, ...Array(7).fill(WriteOutcome.DUPLICATE)])
  expect(await core.get(taskId)).toMatchObject({ usage })
})

test('a start and a report at once leave one of two whole states', async () => {
  for (let round = 0; round < 20; round += 1) {
    const taskId = await core.submitNoop()
    await core.start(taskId)
    const [completed, started] = await Promise.allSettled([
      core.complete(taskId, 1, usage),
      core.start(taskId),
    ])
    const applied =
      completed.status === 'fulfilled' && completed.value.outcome === WriteOutcome.APPLIED
    expect(started.status).toBe(applied ? 'rejected' : 'fulfilled')
    expect(await core.results(taskId)).toHaveLength(applied ? 1 : 0)
    expect((await core.get(taskId))?.usage).toEqual(applied ? usage : nothing)
  }
})

test('keeps what the result is, and nothing that its type does not know', async () => {
  const { taskId } = await core.tasks.submitTask({
    tenantId: 'demo',
    type: 'listing_summary',
    request: { listingId: makeListings()[0]?.id },
  })
  await core.start(taskId)
  const result = { summary: 'A bike.', leverage: 'fair', model: 'test' }
  await core.tasks.completeTask({ taskId, attempt: 1, result: { ...result, mood: 'good' }, usage })
  expect(await core.get(taskId)).toMatchObject({ state: TaskState.COMPLETED, result })
  expect((await core.get(taskId))?.result).not.toHaveProperty('mood')
  expect(core.queue.onPlaceFreed).toHaveBeenCalled()
})

test.each([
  ['result.nodes', undefined],
  ['result.nodes', { summary: 'That of', leverage: 'fair', model: 'another type' }],
  ['result.nodes', { nodes: 'two' }],
])('refuses a result that is not of the task’s type, by %s', async (field, result) => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await expect(core.tasks.completeTask({ taskId, attempt: 1, result })).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringMatching(`^${field}: `),
  })
  expect(await core.get(taskId)).toMatchObject({ state: TaskState.RUNNING })
})

test('refuses text that cannot be stored', async () => {
  const { taskId } = await core.tasks.submitTask({
    tenantId: 'demo',
    type: 'listing_summary',
    request: { listingId: makeListings()[0]?.id },
  })
  await core.start(taskId)
  const result = { summary: 'nul\0', leverage: 'fair', model: 'test' }
  await expect(core.tasks.completeTask({ taskId, attempt: 1, result })).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
  })
})
