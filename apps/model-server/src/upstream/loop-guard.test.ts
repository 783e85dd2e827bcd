import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FaultyProvider, startFaultyProvider } from '../testing/faulty-provider.ts'
import { type Forwarder, startForwarder } from '../testing/forwarder.ts'
import { turn } from '../testing/running-app.ts'

let provider: FaultyProvider
let forwarder: Forwarder
beforeEach(async () => {
  provider = await startFaultyProvider()
  forwarder = await startForwarder({ UPSTREAM_URL: provider.url })
})
afterEach(async () => {
  await forwarder[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

test('a server that forwards to itself says so', async () => {
  const { url } = forwarder
  let said = ''
  // The provider sends what it gets back to where it came from.
  provider.behave(async (response, { path, headers, body }) => {
    const { via = '' } = headers
    const init = { method: 'POST', headers: { 'content-type': 'application/json', via }, body }
    const again = await fetch(`${url}${path}`, init)
    response.writeHead(again.status, { 'content-type': 'application/json' })
    said = await again.text()
    response.end(said)
  })
  const response = await forwarder.post('/v1/chat/completions', { ...turn, model: 'far' })
  expect(JSON.parse(said)).toMatchObject({ error: { code: 'upstream_invalid' } })
  // What it says there is a failure of the provider here.
  expect(response.status).toBe(502)
  expect(provider.requests).toHaveLength(1)
})
