import { TaskState, taskSchema } from '@throughline/contracts'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { strangersKey } from '../testing/core-peer.ts'
import { addTask, complete, fail } from '../testing/finish-task.ts'
import { startGateway, type TestGateway } from '../testing/start-gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ redisUrl: inject('redisUrl') })
})
afterAll(() => gateway.stop())
afterEach(() => gateway.peer.tasks.clear())

const read = async (id: string) =>
  taskSchema.parse(await (await gateway.fetch(`/v1/tasks/${id}`)).json())
const cancel = (id: string, key?: string) =>
  gateway.fetch(`/v1/tasks/${id}`, { method: 'DELETE', ...(key && { key }) })

test('a result tells what it cost, and how many calls had no known price', async () => {
  const { id } = addTask(gateway.peer)
  complete(gateway.peer, id)
  expect((await read(id)).usage).toEqual({
    inputTokens: 90,
    outputTokens: 40,
    costUsd: 0.0000015,
    unpricedCalls: 1,
  })
})

test('a task that has used nothing yet says so', async () => {
  const { usage } = await read(addTask(gateway.peer).id)
  expect(usage).toEqual({ inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 })
})

test.each([
  [TaskState.QUEUED, 'queued'],
  [TaskState.RUNNING, 'running'],
  [TaskState.CANCELLED, 'cancelled'],
  [TaskState.DEAD, 'dead'],
])('state %i is shown as %s', async (state, word) => {
  expect((await read(addTask(gateway.peer, { state }).id)).state).toBe(word)
})

test('cancels a task that runs, and shows it cancelled', async () => {
  const { id } = addTask(gateway.peer, { state: TaskState.RUNNING })
  const response = await cancel(id)
  expect(response.status).toBe(200)
  expect(taskSchema.parse(await response.json())).toMatchObject({
    ...{ id, state: 'cancelled', error: { code: 'cancelled' } },
  })
  expect((await read(id)).state).toBe('cancelled')
})

test('does not cancel a task that has ended, nor one of another tenant', async () => {
  const ended = addTask(gateway.peer)
  fail(gateway.peer, ended.id)
  expect((await cancel(ended.id)).status).toBe(409)
  const running = addTask(gateway.peer, { state: TaskState.RUNNING })
  expect((await cancel(running.id, strangersKey)).status).toBe(404)
  expect((await cancel('not-a-uuid')).status).toBe(400)
  expect((await read(running.id)).state).toBe('running')
})
