import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { startCorePeer } from './testing/core-peer.ts'
import { startGateway, type TestGateway } from './testing/start-gateway.ts'

let gateway: TestGateway

beforeEach(async () => {
  gateway = await startGateway({ redisUrl: inject('redisUrl') })
})
afterEach(() => gateway.stop())

const search = () => gateway.fetch('/v1/search', { json: { query: 'x' } })

test('says at once that core is away, and serves again when core is back', async () => {
  expect((await search()).status).toBe(200)
  await gateway.peer.stop()
  const startedAt = performance.now()
  const refused = await search()
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  expect((await gateway.fetch('/readyz')).status).toBe(503)
  expect((await gateway.fetch('/healthz')).status).toBe(200)

  const back = await startCorePeer(gateway.peer.port)
  const served = async () => (await search()).status
  await expect.poll(served, { timeout: 10_000, interval: 100 }).toBe(200)
  expect((await gateway.fetch('/readyz')).status).toBe(200)
  await back.stop()
})

test('an unknown key is still refused as unknown while core is away', async () => {
  await gateway.peer.stop()
  const response = await gateway.fetch('/v1/search', { json: { query: 'x' }, key: 'unknown' })
  expect(response.status).toBe(401)
})
