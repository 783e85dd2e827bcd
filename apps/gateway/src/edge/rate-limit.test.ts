import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { keyOf } from '../testing/core-peer.ts'
import { startGateway, type TestGateway } from '../testing/start-gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ redisUrl: inject('redisUrl') })
})
afterAll(() => gateway.stop())

/** A key that no other test has used up. */
function newKey(requestsPerMinute: number): string {
  const key = crypto.randomUUID()
  gateway.peer.keys.push(keyOf(key, { requestsPerMinute }))
  return key
}

const search = (key: string) => gateway.fetch('/v1/search', { json: { query: 'x' }, key })

test('serves what a key is good for in a minute and refuses the rest, whatever the route', async () => {
  const key = newKey(2)
  expect((await search(key)).headers.get('ratelimit-remaining')).toBe('1')
  expect((await gateway.fetch(`/v1/tasks/${crypto.randomUUID()}`, { key })).status).toBe(404)
  const refused = await search(key)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect((await search(newKey(2))).status).toBe(200)
})

test('counts a refused body too, and no key in Redis is the caller’s', async () => {
  const key = newKey(1)
  expect((await gateway.fetch('/v1/search', { json: {}, key })).status).toBe(400)
  expect((await search(key)).status).toBe(429)
  expect((await gateway.redis.keys('*')).join()).not.toContain(key)
})

test('serves without counting while Redis does not, and says so once', async () => {
  const key = newKey(1)
  await search(key)
  const counter = `throughline:requests:${keyOf(key).hash}`
  await gateway.redis.set(counter, 'not a number')
  for (let time = 0; time < 3; time += 1) expect((await search(key)).status).toBe(200)
  const warnings = gateway.logs.filter(({ msg }) => String(msg).startsWith('rate limits are off'))
  expect(warnings).toHaveLength(1)
  await gateway.redis.del(counter)
  await search(key)
  expect((await search(key)).status).toBe(429)
})
