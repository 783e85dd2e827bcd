import { problemSchema, searchResponseSchema } from '@throughline/contracts'
import { ServerError, Status } from 'nice-grpc'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { strangersKey, trustedKey } from './testing/core-peer.ts'
import { startGateway, type TestGateway } from './testing/start-gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ redisUrl: inject('redisUrl'), deadlineMs: 1_500 })
})
afterAll(() => gateway.stop())
afterEach(() => {
  gateway.peer.before = () => undefined
  gateway.peer.calls.length = 0
})

const search = { query: 'bicycle' }

async function problemIn(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const problem = problemSchema.parse(await response.json())
  expect(problem.status).toBe(response.status)
  return problem
}

describe('search', () => {
  test('asks core in the name of the key and answers with its listings', async () => {
    const response = await gateway.fetch('/v1/search', { json: search, key: strangersKey })
    expect(response.status).toBe(200)
    const { listings } = searchResponseSchema.parse(await response.json())
    expect(listings).toMatchObject([{ id: 'listing-1', condition: 'good', priceCents: 25_000 }])
    const [call] = gateway.peer.calls
    expect(call?.request).toMatchObject({ tenantId: 'tenant-b', query: 'bicycle', pageSize: 20 })
  })

  test('names every field it refuses and does not bother core', async () => {
    const json = { query: '', maxPriceCents: 1.5, colour: 'red' }
    const problem = await problemIn(await gateway.fetch('/v1/search', { json }))
    expect(problem.status).toBe(400)
    expect(problem.errors?.map(({ field }) => field).sort()).toEqual([
      'colour',
      'maxPriceCents',
      'query',
    ])
    expect(gateway.peer.calls).toEqual([])
  })
})

describe('keys', () => {
  test.each([
    ['no key', {}],
    ['another scheme', { authorization: `Basic ${trustedKey}` }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['an unknown key', { authorization: 'Bearer somebody-elses' }],
    ['a key that is too long to be one', { authorization: `Bearer ${'k'.repeat(201)}` }],
  ])('refuses %s', async (_, headers) => {
    const response = await gateway.fetch('/v1/search', { json: search, key: null, headers })
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm=/)
    expect((await problemIn(response)).status).toBe(401)
  })

  test('never writes a key into the log', () => {
    const text = JSON.stringify(gateway.logs)
    expect(text).toContain('request completed')
    for (const key of [trustedKey, strangersKey, 'somebody-elses']) expect(text).not.toContain(key)
  })
})

describe('routes', () => {
  test.each([
    ['POST', '/v1/searches'],
    ['GET', '/v1/search'],
    ['DELETE', '/'],
    ['PROPFIND', '/v1/search'],
  ])('answers %s %s with a problem', async (method, path) => {
    expect((await problemIn(await gateway.fetch(path, { method }))).status).toBe(404)
  })

  test('is alive and ready, without a key', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const response = await gateway.fetch(path, { key: null })
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
    }
  })
})

describe('what core answers', () => {
  test.each([
    ['UNAVAILABLE', Status.UNAVAILABLE, 503],
    ['RESOURCE_EXHAUSTED', Status.RESOURCE_EXHAUSTED, 429],
    ['DEADLINE_EXCEEDED', Status.DEADLINE_EXCEEDED, 504],
  ])('%s is told apart, with retry-after and without its words', async (_, code, status) => {
    gateway.peer.before = () => Promise.reject(new ServerError(code, 'pool at 10.0.0.7 is gone'))
    const response = await gateway.fetch('/v1/search', { json: search })
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    const problem = await problemIn(response)
    expect(problem.status).toBe(status)
    expect(problem.detail).not.toContain('10.0.0.7')
  })

  test.each([
    [Status.INVALID_ARGUMENT, 400],
    [Status.NOT_FOUND, 404],
    [Status.FAILED_PRECONDITION, 409],
  ])('status %i is passed on with its words', async (code, status) => {
    gateway.peer.before = () => Promise.reject(new ServerError(code, 'The page is over'))
    const problem = await problemIn(await gateway.fetch('/v1/search', { json: search }))
    expect(problem).toMatchObject({ status, detail: 'The page is over' })
  })

  test('a field that core refuses is named as the caller spelled it', async () => {
    const details = 'page_token: belongs to another search; query: is too plain'
    gateway.peer.before = () => Promise.reject(new ServerError(Status.INVALID_ARGUMENT, details))
    const problem = await problemIn(await gateway.fetch('/v1/search', { json: search }))
    expect(problem.errors).toEqual([
      { field: 'pageToken', message: 'belongs to another search' },
      { field: 'query', message: 'is too plain' },
    ])
  })

  test('an internal error is logged whole and shown as nothing but 500', async () => {
    gateway.logs.length = 0
    gateway.peer.before = () => Promise.reject(new ServerError(Status.INTERNAL, 'at db.ts:17'))
    const problem = await problemIn(await gateway.fetch('/v1/search', { json: search }))
    expect(problem).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 })
    const failed = gateway.logs.find(({ msg }) => msg === 'request failed')
    expect(JSON.stringify(failed)).toContain('db.ts:17')
  })

  test('no answer at all ends at the deadline', async () => {
    gateway.peer.before = () => new Promise(() => {})
    const response = await gateway.fetch('/v1/search', { json: search })
    expect((await problemIn(response)).status).toBe(504)
  })
})

test('writes one line for a request and none for a probe', async () => {
  gateway.logs.length = 0
  await gateway.fetch('/healthz')
  await (await gateway.fetch('/v1/search', { json: search })).text()
  await expect.poll(() => gateway.logs.length).toBe(1)
  expect(gateway.logs[0]).toMatchObject({
    msg: 'request completed',
    method: 'POST',
    route: '/v1/search',
    status: 200,
    tenant: 'tenant-a',
    durationMs: expect.any(Number),
  })
})
