import { negotiationAcceptedSchema, taskSchema } from '@throughline/contracts'
import { ServerError, Status } from 'nice-grpc'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { complete, fail, publish } from '../testing/finish-task.ts'
import { startGateway, type TestGateway } from '../testing/start-gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  const limits = { waitMs: 5_000, waitPollMs: 200, eventStreamsPerTenant: 1 }
  gateway = await startGateway({ redisUrl: inject('redisUrl'), limits })
})
afterAll(() => gateway.stop())
afterEach(() => {
  gateway.peer.tasks.clear()
  gateway.peer.calls.length = 0
})

const json = { listingId: 'listing-1', budgetCents: 20_000 }
const negotiate = (query = '', headers = {}) =>
  gateway.fetch(`/v1/negotiate${query}`, { json, headers })

async function startedTask(): Promise<string> {
  await expect.poll(() => gateway.peer.tasks.size).toBe(1)
  return [...gateway.peer.tasks.keys()][0] ?? ''
}

const polls = () => gateway.peer.calls.filter(({ method }) => method === 'GetTask').length

test('accepts and points to the task and its events', async () => {
  const response = await negotiate()
  expect(response.status).toBe(202)
  const body = negotiationAcceptedSchema.parse(await response.json())
  expect(response.headers.get('location')).toBe(`/v1/tasks/${body.id}`)
  expect(body.links.events).toBe(`/v1/tasks/${body.id}/events`)
  const task = await gateway.fetch(body.links.self)
  expect(taskSchema.parse(await task.json())).toMatchObject({ id: body.id, state: 'queued' })
  expect(gateway.peer.calls[0]?.request).toEqual({ tenantId: 'tenant-a', ...json })
})

test.each([
  ['?wait=true', {}, null],
  ['', { prefer: 'respond-async, wait=4' }, 'wait=4'],
  ['', { prefer: 'wait=3600' }, 'wait=5'],
])('waits for the result with %j %j', async (query, headers, applied) => {
  const answer = negotiate(query, headers)
  const taskId = await startedTask()
  complete(gateway.peer, taskId)
  await publish(gateway.redis, taskId, { type: 'task.completed' })
  const response = await answer
  expect(response.status).toBe(200)
  expect(response.headers.get('preference-applied')).toBe(applied)
  expect(taskSchema.parse(await response.json())).toMatchObject({
    state: 'completed',
    result: { action: 'offer', priceCents: 20_000 },
  })
  expect(polls()).toBe(1)
})

test('a task that failed is an answer too', async () => {
  const answer = negotiate('?wait=true')
  const taskId = await startedTask()
  fail(gateway.peer, taskId)
  await publish(gateway.redis, taskId, {
    type: 'task.failed',
    errorCode: 'model_error',
    willRetry: false,
  })
  const response = await answer
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ state: 'failed', error: { code: 'model_error' } })
})

test('an attempt that will be repeated does not end the wait, and core’s word does without any event', async () => {
  const answer = negotiate('?wait=true')
  const taskId = await startedTask()
  await publish(gateway.redis, taskId, {
    type: 'task.failed',
    errorCode: 'model_error',
    willRetry: true,
  })
  await expect.poll(polls).toBeGreaterThan(0)
  complete(gateway.peer, taskId)
  expect((await answer).status).toBe(200)
})

test('answers 202 when the wait is over', async () => {
  const response = await negotiate('', { prefer: 'wait=0' })
  expect(response.status).toBe(202)
  expect(response.headers.get('preference-applied')).toBe('wait=0')
  expect(response.headers.get('location')).toMatch(/^\/v1\/tasks\//)
})

test('answers 202 when core goes away during the wait: an error would make the caller ask twice', async () => {
  const answer = negotiate('', { prefer: 'wait=1' })
  const taskId = await startedTask()
  gateway.peer.before = () => {
    throw new ServerError(Status.UNAVAILABLE, 'away')
  }
  await publish(gateway.redis, taskId, { type: 'task.completed' })
  const response = await answer
  gateway.peer.before = () => undefined
  expect(response.status).toBe(202)
  expect(response.headers.get('location')).toBe(`/v1/tasks/${taskId}`)
  expect(polls()).toBeGreaterThan(1)
})

test('does not wait when too many already do', async () => {
  const first = negotiate('?wait=true')
  const taskId = await startedTask()
  const second = await negotiate('', { prefer: 'wait=5' })
  expect(second.status).toBe(202)
  expect(second.headers.get('preference-applied')).toBeNull()
  complete(gateway.peer, taskId)
  expect((await first).status).toBe(200)
})

test('refuses another wait than true or false by its name', async () => {
  const response = await negotiate('?wait=yes&colour=red')
  expect(response.status).toBe(400)
  const { errors } = (await response.json()) as { errors: { field: string }[] }
  expect(errors.map(({ field }) => field).sort()).toEqual(['colour', 'wait'])
})

test('stops waiting when the caller leaves', async () => {
  const caller = new AbortController()
  const gone = gateway
    .fetch('/v1/negotiate?wait=true', { json, signal: caller.signal })
    .catch(({ name }) => name)
  await startedTask()
  caller.abort()
  expect(await gone).toBe('AbortError')
  await expect
    .poll(() => gateway.logs.map(({ msg }) => msg))
    .toContain('request abandoned by its caller')
  const asked = polls()
  // The only slot of this tenant is free again, and nobody asks core any more.
  const next = negotiate('?wait=true')
  await expect.poll(() => gateway.peer.tasks.size).toBe(2)
  for (const taskId of gateway.peer.tasks.keys()) complete(gateway.peer, taskId)
  expect((await next).status).toBe(200)
  expect(polls()).toBe(asked + 1)
})
