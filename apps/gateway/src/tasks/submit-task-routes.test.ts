import { taskAcceptedSchema, taskSchema } from '@throughline/contracts'
import { ServerError, Status } from 'nice-grpc'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { complete, publish } from '../testing/finish-task.ts'
import { startGateway, type TestGateway } from '../testing/start-gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ redisUrl: inject('redisUrl'), limits: { waitMs: 5_000 } })
})
afterAll(() => gateway.stop())
afterEach(() => {
  gateway.peer.before = () => undefined
  gateway.peer.tasks.clear()
  gateway.peer.calls.length = 0
})

const submissions = [
  ['/v1/review-prices', 'price_review', { listingIds: ['l'] }],
  ['/v1/summarise-listing', 'listing_summary', { listingId: 'l' }],
] as const

test.each(submissions)('%s submits a %s and points to it', async (path, type, json) => {
  const response = await gateway.fetch(path, { json })
  expect(response.status).toBe(202)
  const { id, links } = taskAcceptedSchema.parse(await response.json())
  expect(response.headers.get('location')).toBe(links.self)
  expect(gateway.peer.calls[0]?.request).toEqual({ tenantId: 'tenant-a', type, request: json })
  const task = taskSchema.parse(await (await gateway.fetch(links.self)).json())
  expect(task).toMatchObject({ id, type, state: 'queued' })
  expect(task).not.toHaveProperty('negotiationId')
})

test.each(submissions)('%s waits for the result of its %s', async (path, type, json) => {
  const answer = gateway.fetch(`${path}?wait=true`, { json })
  await expect.poll(() => gateway.peer.tasks.size).toBe(1)
  const [taskId = ''] = gateway.peer.tasks.keys()
  complete(gateway.peer, taskId)
  await publish(gateway.redis, taskId, { type: 'task.completed' })
  const response = await answer
  expect(response.status).toBe(200)
  expect(taskSchema.parse(await response.json())).toMatchObject({
    ...{ type, state: 'completed', result: { model: 'tiny' } },
  })
})

const everySubmission = [
  ...submissions,
  ['/v1/negotiate', 'negotiation', { listingId: 'l', budgetCents: 1 }],
] as const

test.each(everySubmission)('%s hands on the key that the caller gave it', async (path, _, json) => {
  const headers = { 'idempotency-key': 'order-17' }
  expect((await gateway.fetch(path, { json, headers })).status).toBe(202)
  expect(gateway.peer.calls[0]?.request).toMatchObject({ idempotencyKey: 'order-17' })
})

test.each(everySubmission)('%s refuses a key that is no name', async (path, _, json) => {
  for (const key of ['', 'two words', 'x'.repeat(256)]) {
    const response = await gateway.fetch(path, { json, headers: { 'idempotency-key': key } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ field: 'idempotency-key' }] })
  }
  expect(gateway.peer.calls).toEqual([])
})

test('answers 409 when the key was used for another request', async () => {
  const details = 'The idempotency key was used for another request before'
  gateway.peer.before = () => {
    throw new ServerError(Status.FAILED_PRECONDITION, details)
  }
  const headers = { 'idempotency-key': 'order-17' }
  const response = await gateway.fetch('/v1/review-prices', {
    json: { listingIds: ['l'] },
    headers,
  })
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ detail: details })
})

test.each([
  ['/v1/review-prices', { listingIds: [] }, 'listingIds'],
  ['/v1/review-prices', { listingIds: Array.from({ length: 51 }, () => 'l') }, 'listingIds'],
  ['/v1/review-prices', { listingIds: ['l'], colour: 'red' }, 'colour'],
  ['/v1/summarise-listing', { listingId: '' }, 'listingId'],
])('%s refuses what it cannot use, by its name', async (path, json, field) => {
  const response = await gateway.fetch(path, { json })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ errors: [{ field }] })
  expect(gateway.peer.calls).toEqual([])
})

test.each(['/v1/review-prices', '/v1/negotiate'])(
  '%s answers 429 with retry-after while too many tasks wait',
  async (path) => {
    gateway.peer.before = () => {
      throw new ServerError(Status.RESOURCE_EXHAUSTED, '100000 tasks of 100000 at 10.0.0.7')
    }
    const json = path.endsWith('negotiate')
      ? { listingId: 'l', budgetCents: 1 }
      : { listingIds: ['l'] }
    const response = await gateway.fetch(path, { json })
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(JSON.stringify(await response.json())).not.toContain('10.0.0.7')
  },
)
