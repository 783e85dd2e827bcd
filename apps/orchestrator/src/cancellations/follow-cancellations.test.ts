// A task that is cancelled while it runs: core has ended it, and the worker's part is to stop.
import { cancellationChannel, cancellationKey, TaskState } from '@throughline/contracts'
import { ServerError, Status } from 'nice-grpc'
import { expect, test } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { answerEverything, openStream } from '../testing/model-peer.ts'
import { systemForEachTest } from '../testing/system-for-each-test.ts'

const { system, noJob } = systemForEachTest()

test('stops the running node and the stream of the model server', async () => {
  const closed = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  system.model.behaviour = (response) => {
    openStream(response)
    response.flushHeaders()
    response.once('close', closed.resolve)
    asked.resolve()
  }
  const { taskId, task } = await system.addTask()
  await asked.promise
  await system.cancel(taskId)
  await closed.promise
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.CANCELLED, completions: [], failures: [] })
  expect((await system.eventsOf(taskId)).at(-1)).toEqual({ type: 'task.cancelled' })
  expect(system.logs.at(-1)).toMatchObject({ level: 30, msg: 'task cancelled', taskId, attempt: 1 })
})

test('tells core what a cancelled attempt had used', async () => {
  const asked = Promise.withResolvers<void>()
  system.model.behaviour = (response, request) =>
    request.node === 'propose' ? asked.resolve() : answerEverything(response, request)
  const { taskId, task } = await system.addTask()
  await asked.promise
  await system.cancel(taskId)
  await noJob(taskId)
  expect(task.releases).toMatchObject([{ attempt: 1, usage: { inputTokens: 20 } }])
  expect(task.state).toBe(TaskState.CANCELLED)
})

test('finds by itself what it was not told', async () => {
  const { taskId, task } = await system.addTask({ taskType: 'price_review' })
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  await system.cancel(taskId, { quietly: true })
  await noJob(taskId)
  expect((await system.eventsOf(taskId)).at(-1)).toEqual({ type: 'task.cancelled' })
})

test('does not believe a key without core: the task goes on, and the key is gone', async () => {
  const asked = Promise.withResolvers<void>()
  system.model.behaviour = () => {
    system.model.behaviour = answerEverything
    asked.resolve()
  }
  const { taskId, task } = await system.addTask()
  await asked.promise
  await system.redis.set(cancellationKey(taskId), '1', 'EX', 60)
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  expect(task).toMatchObject({ attempt: 2, failed: 0, releases: [{ attempt: 1 }] })
  expect(await system.redis.exists(cancellationKey(taskId))).toBe(0)
  const events = await system.eventsOf(taskId)
  expect(events.map(({ type }) => type)).not.toContain('task.cancelled')
})

test('says that a task is cancelled when core has said so, and not before', async () => {
  let away = true
  system.core.before = () => {
    if (away) throw new ServerError(Status.UNAVAILABLE, 'away')
  }
  away = false
  const { taskId, task } = await system.addTask({ taskType: 'price_review' })
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  away = true
  await system.cancel(taskId)
  await eventually(() => system.logs).toContainEqual(
    expect.objectContaining({ msg: 'task handed back', errorCode: 'core_unavailable' }),
  )
  expect((await system.eventsOf(taskId)).map(({ type }) => type)).not.toContain('task.cancelled')
  away = false
  await noJob(taskId)
  expect((await system.eventsOf(taskId)).at(-1)).toEqual({ type: 'task.cancelled' })
})

test('says so when a task was cancelled before it began', async () => {
  system.core.before = (method, taskId) => {
    if (method === 'start') system.core.cancel(taskId)
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task.attempt).toBe(0)
  expect(await system.eventsOf(taskId)).toEqual([{ type: 'task.cancelled' }])
})

test('leaves alone the tasks beside it', async () => {
  const { task } = await system.addTask({ taskType: 'price_review' })
  const { taskId: cancelled } = await system.addTask({ taskType: 'price_review' })
  await eventually(() => system.core.tasks.get(cancelled)?.state).toBe(TaskState.RUNNING)
  await system.cancel(cancelled)
  await noJob(cancelled)
  expect(task.state).toBe(TaskState.RUNNING)
})

test.each([
  ['it was not, and goes on', false, TaskState.COMPLETED],
  ['it was, and ends', true, TaskState.CANCELLED],
])('asks core when a task is said to be cancelled while it begins: %s', async (_, isTrue, end) => {
  let starts = 0
  system.core.before = async (method, taskId) => {
    if (method !== 'start' || starts++ > 0) return
    if (isTrue) system.core.cancel(taskId)
    await system.redis.set(cancellationKey(taskId), '1', 'EX', 60)
    await system.redis.publish(cancellationChannel, taskId)
    throw new ServerError(Status.UNAVAILABLE, 'away')
  }
  const { taskId, task } = await system.addTask()
  await eventually(() => task.state).toBe(end)
  await noJob(taskId)
  expect(task.failed).toBe(0)
  expect(await system.redis.exists(cancellationKey(taskId))).toBe(Number(isTrue))
})
