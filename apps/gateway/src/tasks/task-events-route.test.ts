import { connect } from 'node:net'
import {
  type Task,
  type TaskEvent,
  TaskState,
  taskEventsKey,
  taskSchema,
} from '@throughline/contracts'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { trustedKey } from '../testing/core-peer.ts'
import { addTask, complete, fail, publish } from '../testing/finish-task.ts'
import { get } from '../testing/raw-request.ts'
import { startGateway, type TestGateway } from '../testing/start-gateway.ts'
import { afterLast } from './stream-position.ts'

let gateway: TestGateway

beforeAll(async () => {
  const limits = { heartbeatMs: 200, eventStreamsPerTenant: 2, eventBacklogBytes: 100_000 }
  gateway = await startGateway({ redisUrl: inject('redisUrl'), limits })
})
afterAll(() => gateway.stop())
afterEach(() => {
  gateway.peer.tasks.clear()
  gateway.peer.calls.length = 0
})

const token = (text: string): TaskEvent => ({ type: 'token', node: 'decide', text })
const completed: TaskEvent = { type: 'task.completed' }

interface SentEvent {
  readonly id: string
  readonly event: string
  readonly data: TaskEvent
}

/** As the specification of EventSource parses: fields up to a blank line, comments skipped. */
function eventsIn(text: string): SentEvent[] {
  const frames = text.split('\n\n').filter((frame) => frame.includes('data: '))
  return frames.map((frame) => {
    const fields = new Map(
      frame.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]),
    )
    const [id = '', event = '', data = ''] = ['id', 'event', 'data'].map((name) => fields.get(name))
    return { id, event, data: JSON.parse(data) }
  })
}

const open = (task: Task, headers = {}, init = {}) =>
  gateway.fetch(`/v1/tasks/${task.id}/events`, { headers, ...init })

test('tells what happened and what happens, in order and once, and ends with the task', async () => {
  const task = addTask(gateway.peer)
  await publish(gateway.redis, task.id, { type: 'task.started', attempt: 1 })
  const response = await open(task)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  for (const word of ['Would', 'you', 'take\n\n200?\ud800'])
    await publish(gateway.redis, task.id, token(word))
  const last = await publish(gateway.redis, task.id, completed)
  const events = eventsIn(await response.text())
  expect(events.map(({ event }) => event)).toEqual([
    'task.started',
    'token',
    'token',
    'token',
    'task.completed',
  ])
  expect(events[3]?.data).toMatchObject({ text: 'take\n\n200?\ud800' })
  expect(events.at(-1)?.id).toBe(last)
})

test('serves two readers of one task, and one that comes back, from where each of them is', async () => {
  const task = addTask(gateway.peer)
  const first = await publish(gateway.redis, task.id, token('one'))
  const fromStart = await open(task)
  const resumed = await open(task, { 'last-event-id': first })
  await publish(gateway.redis, task.id, token('two'))
  await publish(gateway.redis, task.id, completed)
  expect(eventsIn(await fromStart.text())).toHaveLength(3)
  expect(eventsIn(await resumed.text()).map(({ data }) => data)).toEqual([token('two'), completed])
})

test('goes on after an attempt that will be repeated', async () => {
  const task = addTask(gateway.peer)
  const response = await open(task)
  const failed = { type: 'task.failed', errorCode: 'model_error' } as const
  await publish(gateway.redis, task.id, { ...failed, willRetry: true })
  await publish(gateway.redis, task.id, { ...failed, willRetry: false })
  expect(eventsIn(await response.text())).toHaveLength(2)
})

test('replays a task that has ended, and tells a reader who saw the end not to come back', async () => {
  const task = addTask(gateway.peer)
  const first = await publish(gateway.redis, task.id, token('one'))
  const last = await publish(gateway.redis, task.id, completed)
  complete(gateway.peer, task.id)
  expect(eventsIn(await (await open(task)).text())).toHaveLength(2)
  expect(eventsIn(await (await open(task, { 'last-event-id': first })).text())).toHaveLength(1)
  expect((await open(task, { 'last-event-id': last })).status).toBe(204)
})

test('tells the end on core’s word when the events of an ended task are gone', async () => {
  const task = addTask(gateway.peer)
  fail(gateway.peer, task.id)
  const [end, ...others] = eventsIn(await (await open(task)).text())
  expect(others).toEqual([])
  expect(end?.data).toEqual({ type: 'task.failed', errorCode: 'model_error', willRetry: false })
  expect(end?.id).toBe(afterLast)
  expect((await open(task, { 'last-event-id': afterLast })).status).toBe(204)
})

test('tells of an ended task how it ended: cancelled, or dead', async () => {
  const cancelled = addTask(gateway.peer, { state: TaskState.CANCELLED, errorCode: 'cancelled' })
  const dead = addTask(gateway.peer, { state: TaskState.DEAD, errorCode: 'internal' })
  const endOf = async (task: Task) => eventsIn(await (await open(task)).text())[0]?.data
  expect(await endOf(cancelled)).toEqual({ type: 'task.cancelled' })
  expect(await endOf(dead)).toMatchObject({ type: 'task.failed', willRetry: false })
})

test('ends with the task when it is cancelled', async () => {
  const task = addTask(gateway.peer)
  const response = await open(task)
  await publish(gateway.redis, task.id, { type: 'task.cancelled' })
  expect(eventsIn(await response.text()).map(({ event }) => event)).toEqual(['task.cancelled'])
})

test('keeps the line alive, and ends on core’s word when the last event never comes', async () => {
  const task = addTask(gateway.peer)
  const response = await open(task)
  complete(gateway.peer, task.id)
  const text = await response.text()
  expect(text).toMatch(/^retry: \d+\n\n: still here\n\n/)
  expect(eventsIn(text).map(({ event }) => event)).toEqual(['task.completed'])
})

test('passes over what is not an event', async () => {
  const task = addTask(gateway.peer)
  const response = await open(task)
  const key = taskEventsKey(task.id)
  await gateway.redis.xadd(key, '*', 'event', 'not json')
  await gateway.redis.xadd(key, '*', 'event', '{"type":"task.exploded"}')
  await gateway.redis.xadd(key, '*', 'other', '{}')
  await publish(gateway.redis, task.id, completed)
  expect(eventsIn(await response.text())).toHaveLength(1)
})

test('lets a reader go who leaves, and has room for the next', async () => {
  const task = addTask(gateway.peer)
  const readers = [new AbortController(), new AbortController()]
  await Promise.all(readers.map(({ signal }) => open(task, {}, { signal })))
  const refused = await open(task)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('5')
  for (const reader of readers) reader.abort()
  const attempt = async () => {
    const response = await open(task)
    await response.body?.cancel()
    return response.status
  }
  await expect.poll(attempt).toBe(200)
})

test('drops a reader who does not read', async () => {
  const task = addTask(gateway.peer)
  const socket = connect(gateway.port, '127.0.0.1')
  socket.pause()
  socket.write(get(`/v1/tasks/${task.id}/events`, [`Authorization: Bearer ${trustedKey}`]))
  const drops = () => gateway.logs.filter(({ msg }) => msg === 'slow event reader dropped').length
  const dropped = () => drops() > 0
  const flood = token('x'.repeat(100_000))
  // More than the system buffers between two sockets, whatever that is.
  for (let sent = 0; sent < 300 && !dropped(); sent += 1) {
    await publish(gateway.redis, task.id, flood)
    await gateway.redis.xtrim(taskEventsKey(task.id), 'MAXLEN', 20)
  }
  await expect.poll(dropped).toBe(true)
  expect(drops()).toBe(1)
  socket.destroy()
})

test.each(['$', '5', '1-2-3', '99999999999999999999-0', '-1'])(
  'refuses to resume from %j',
  async (id) => {
    const response = await open(addTask(gateway.peer), { 'last-event-id': id })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ field: 'last-event-id' }] })
  },
)

test('shows a task, its result, and nothing of another tenant', async () => {
  const mine = addTask(gateway.peer)
  complete(gateway.peer, mine.id)
  const theirs = addTask(gateway.peer, { tenantId: 'tenant-b' })
  const response = await gateway.fetch(`/v1/tasks/${mine.id}`)
  expect(taskSchema.parse(await response.json())).toMatchObject({
    state: 'completed',
    result: { action: 'offer' },
  })
  expect((await gateway.fetch(`/v1/tasks/${theirs.id}`)).status).toBe(404)
  expect((await open(theirs)).status).toBe(404)
})
