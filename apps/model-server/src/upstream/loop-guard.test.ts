import { expect, test } from 'vitest'
import { forwardInEachTest } from '../testing/forward-in-each-test.ts'
import { turn } from '../testing/running-app.ts'

const far = forwardInEachTest()

test('a server that forwards to itself says so', async () => {
  const { url } = far.forwarder
  let said = ''
  // The provider sends what it gets back to where it came from.
  far.provider.behave(async (response, { path, headers, body }) => {
    const { via = '' } = headers
    const init = { method: 'POST', headers: { 'content-type': 'application/json', via }, body }
    const again = await fetch(`${url}${path}`, init)
    response.writeHead(again.status, { 'content-type': 'application/json' })
    said = await again.text()
    response.end(said)
  })
  const response = await far.forwarder.post('/v1/chat/completions', { ...turn, model: 'far' })
  expect(JSON.parse(said)).toMatchObject({ error: { code: 'upstream_invalid' } })
  // What it says there is a failure of the provider here.
  expect(response.status).toBe(502)
  expect(far.provider.requests).toHaveLength(1)
})
