// What a caller hears of a provider that refuses, and in whose words.
import { expect, test } from 'vitest'
import { chunk, event, refuse, send, startFaultyProvider } from '../testing/faulty-provider.ts'
import { asked, forwardInEachTest } from '../testing/forward-in-each-test.ts'
import { collect } from '../testing/running-app.ts'

const far = forwardInEachTest()
const { whole, streamed } = far

test.each([400, 404, 409, 413, 422])('a refusal with %i is told as it came', async (status) => {
  far.provider.behave(refuse(status))
  for (const ask of [whole, streamed]) {
    await expect(ask()).rejects.toMatchObject({
      status,
      code: 'some_code',
      message: expect.stringContaining('in the words of the provider'),
    })
  }
  expect(far.provider.requests).toHaveLength(2)
})

test.each<[number, number, string]>([
  [401, 502, 'upstream_refused'],
  [403, 502, 'upstream_refused'],
  [407, 502, 'upstream_refused'],
  [500, 502, 'upstream_failed'],
  [502, 502, 'upstream_failed'],
  [504, 502, 'upstream_failed'],
])('a refusal with %i is not told in the words of the provider', async (status, seen, code) => {
  far.provider.behave(refuse(status, {}, 'key sk-canary is wrong'))
  const response = await far.forwarder.post('/v1/chat/completions', asked)
  const body = await response.text()
  expect(response.status).toBe(seen)
  expect(JSON.parse(body)).toMatchObject({ error: { code } })
  expect(body).not.toContain('canary')
  expect(far.provider.requests).toHaveLength(1)
})

test('a refusal that is not of this API is not told as one', async () => {
  far.provider.behave(send('<h1>no such page', 'text/html', 404))
  await expect(whole()).rejects.toMatchObject({ status: 502, code: 'upstream_invalid' })
  const huge = JSON.stringify({ error: { message: 'x'.repeat(200_000) } })
  far.provider.behave(send(huge, 'application/json', 400))
  await expect(whole()).rejects.toMatchObject({ status: 502, code: 'upstream_invalid' })
})

test('a redirect is not followed', async () => {
  const other = await startFaultyProvider()
  try {
    far.provider.behave((response) => {
      response.writeHead(307, { location: `${other.url}/chat/completions` }).end()
    })
    await expect(whole()).rejects.toMatchObject({ status: 502, code: 'upstream_invalid' })
    expect(other.requests).toEqual([])
  } finally {
    await other[Symbol.asyncDispose]()
  }
})

test('what a provider says in a stream of its failure is told in its words', async () => {
  const error = { message: 'too hot', type: 'overloaded', param: null, code: 'heat' }
  far.provider.behave(send(chunk('hello') + event({ error })))
  await expect(collect(await streamed())).rejects.toMatchObject({ error })
  far.provider.behave(send(event({ error })))
  await expect(streamed()).rejects.toMatchObject({ status: 502, code: 'heat' })
})

test.each([
  { type: 'invalid_request_error', code: 'invalid_api_key' },
  { type: 'authentication_error' },
  { type: 'PERMISSION_DENIED', code: 7 },
  { code: 401 },
])('what it says in a stream of our key is not: %j', async (kind) => {
  const error = event({ error: { message: 'key sk-canary is wrong', ...kind } })
  const refused = { code: 'upstream_refused', message: expect.not.stringContaining('canary') }
  far.provider.behave(send(chunk('hello') + error))
  await expect(collect(await streamed())).rejects.toMatchObject(refused)
  far.provider.behave(send(error))
  await expect(streamed()).rejects.toMatchObject({ status: 502, ...refused })
})
