import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildHealthServer } from './health.ts'

let core: () => boolean
let server: Server
beforeEach(async () => {
  core = () => true
  server = buildHealthServer({ worker: () => true, core: () => core() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

async function get(path: string, init?: RequestInit) {
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  return { status: response.status, body: await response.json() }
}

test('is alive whatever becomes of the others', async () => {
  core = () => false
  expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } })
})

test('is ready when everything it needs is', async () => {
  const checks = { worker: true, core: true }
  expect(await get('/readyz')).toEqual({ status: 200, body: { status: 'ok', checks } })
})

test.each([
  ['answers no', () => false],
  [
    'throws',
    () => {
      throw new Error('gone')
    },
  ],
])('names what is missing when a check %s', async (_, check) => {
  core = check
  const checks = { worker: true, core: false }
  expect(await get('/readyz')).toEqual({ status: 503, body: { status: 'unavailable', checks } })
})

test('knows nothing else', async () => {
  expect(await get('/metrics')).toMatchObject({ status: 404 })
  expect(await get('/healthz', { method: 'POST' })).toMatchObject({ status: 405 })
})
