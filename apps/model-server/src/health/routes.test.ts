import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Slots } from '../scheduling/slots.ts'
import { type RunningApp, startApp } from '../testing/running-app.ts'

let app: RunningApp
let slots: Slots
beforeEach(async () => {
  app = await startApp({ MODEL_SLOTS: '1', MODEL_QUEUE_LIMIT: '1' })
  const [model] = app.models.loaded()
  if (model === undefined) throw new Error('No model is loaded')
  slots = model.slots
})
afterEach(() => app.close())

const status = async (path: string, method = 'GET') =>
  (await fetch(`${app.url}${path}`, { method })).status

test('is alive and ready, for HEAD as for GET', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const response = await fetch(`${app.url}${path}`)
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
    expect(await status(path, 'HEAD')).toBe(200)
  }
})

test('is not ready while the queue is full, and is again when it is not', async () => {
  const places = [slots.enter('one'), slots.enter('another')]
  const response = await fetch(`${app.url}/readyz`)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
  expect(await response.json()).toEqual({
    error: { message: 'The queue is full', type: 'server_error', param: null, code: 'not_ready' },
  })
  expect([await status('/readyz', 'HEAD'), await status('/healthz')]).toEqual([503, 200])
  for (const place of places) place.leave()
  expect(await status('/readyz')).toBe(200)
})

test('is not ready until a lost engine is back', async () => {
  process.kill(app.engine.pid() ?? 0, 'SIGKILL')
  await vi.waitFor(async () => expect(await status('/readyz')).toBe(503), { timeout: 20_000 })
  expect(await status('/healthz')).toBe(200)
  await vi.waitFor(async () => expect(await status('/readyz')).toBe(200), { timeout: 20_000 })
})
