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

const cancelled = { state: TaskState.CANCELLED, errorCode: 'cancelled' }
const historyOf = async (taskId: string) => (await core.tasks.getTaskHistory({ taskId })).attempts

test('cancels a queued task, which nobody can start after that', async () => {
  const taskId = await core.submitNoop()
  expect((await core.tasks.cancelTask({ taskId, tenantId: 'demo' })).task).toMatchObject(cancelled)
  expect(await core.database.outbox.count({ where: { taskId } })).toBe(0)
  await expect(core.start(taskId)).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The task cannot be started: cancelled',
  })
  expect(await historyOf(taskId)).toEqual([])
})

test('cancels a running task, tells its worker, and refuses its result', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  expect((await core.tasks.cancelTask({ taskId })).task).toMatchObject(cancelled)
  expect(core.queue.onCancelled).toHaveBeenCalledExactlyOnceWith(taskId)
  expect(core.queue.onPlaceFreed).toHaveBeenCalledOnce()
  expect(await core.complete(taskId, 1)).toEqual({ outcome: WriteOutcome.STALE })
  expect(await core.get(taskId)).toMatchObject({ ...cancelled, result: undefined })
  expect(await historyOf(taskId)).toMatchObject([{ outcome: AttemptOutcome.CANCELLED }])
})

test('does not cancel a task that has ended', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.complete(taskId, 1)
  vi.clearAllMocks()
  await expect(core.tasks.cancelTask({ taskId })).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The task has ended: completed',
  })
  expect(await core.get(taskId)).toMatchObject({ state: TaskState.COMPLETED })
  expect(core.queue.onCancelled).not.toHaveBeenCalled()
})

test('tells the worker of a cancelled task again when it is cancelled again', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.tasks.cancelTask({ taskId })
  vi.clearAllMocks()
  expect((await core.tasks.cancelTask({ taskId })).task).toMatchObject(cancelled)
  expect(core.queue.onCancelled).toHaveBeenCalledExactlyOnceWith(taskId)
  expect(await historyOf(taskId)).toHaveLength(1)
})

test('lets no retry begin before everybody was told', async () => {
  const taskId = await core.submitNoop()
  const telling = Promise.withResolvers<void>()
  core.queue.onCancelled.mockReturnValueOnce(telling.promise)
  const cancellation = core.tasks.cancelTask({ taskId })
  await vi.waitFor(() => expect(core.queue.onCancelled).toHaveBeenCalledOnce())
  const retry = core.tasks.retryTask({ taskId })
  await expect.poll(countWaitsForLocks).toBe(1)
  expect(core.queue.beforeRetry).not.toHaveBeenCalled()
  telling.resolve()
  expect((await cancellation).task).toMatchObject(cancelled)
  expect((await retry).task).toMatchObject({ state: TaskState.QUEUED })
})

async function countWaitsForLocks(): Promise<number> {
  const [row] = await core.database.$queryRaw<{ waits: number }[]>`
    SELECT count(*)::int AS waits FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return row?.waits ?? 0
}

test('does not find the task of another tenant, and leaves it alone', async () => {
  const taskId = await core.submitNoop('acme')
  const cancel = core.tasks.cancelTask({ taskId, tenantId: 'demo' })
  await expect(cancel).rejects.toMatchObject({ code: Status.NOT_FOUND })
  expect(await core.get(taskId, 'acme')).toMatchObject({ state: TaskState.QUEUED })
})

test('a cancelled task can be retried, and its old attempt stays fenced off', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.tasks.cancelTask({ taskId })
  await core.tasks.retryTask({ taskId })
  expect(await core.start(taskId)).toMatchObject({
    attempt: 2,
    previous: { outcome: AttemptOutcome.CANCELLED },
  })
  expect(await core.complete(taskId, 1)).toEqual({ outcome: WriteOutcome.STALE })
  expect(await core.complete(taskId, 2)).toEqual({ outcome: WriteOutcome.APPLIED })
})

test('leaves no attempt open, whenever a cancellation meets a start', async () => {
  for (let round = 0; round < 20; round += 1) {
    const taskId = await core.submitNoop()
    await Promise.allSettled([core.start(taskId), core.tasks.cancelTask({ taskId })])
    expect(await core.get(taskId)).toMatchObject(cancelled)
    for (const { outcome } of await core.attempts(taskId)) expect(outcome).toBe('cancelled')
  }
})

test('ends a task once when a cancellation meets its completion', async () => {
  for (let round = 0; round < 20; round += 1) {
    const taskId = await core.submitNoop()
    await core.start(taskId)
    const [completion, cancellation] = await Promise.allSettled([
      core.complete(taskId, 1),
      core.tasks.cancelTask({ taskId }),
    ])
    const completed =
      completion.status === 'fulfilled' && completion.value.outcome === WriteOutcome.APPLIED
    expect(cancellation.status).toBe(completed ? 'rejected' : 'fulfilled')
    expect(await core.results(taskId)).toHaveLength(completed ? 1 : 0)
    expect((await core.get(taskId))?.state).toBe(
      completed ? TaskState.COMPLETED : TaskState.CANCELLED,
    )
  }
})
