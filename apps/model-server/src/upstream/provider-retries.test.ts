import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { answer, begin, chunk, hangUp, refuse } from '../testing/faulty-provider.ts'
import { asked, forwardInEachTest } from '../testing/forward-in-each-test.ts'
import { startForwarder } from '../testing/forwarder.ts'
import { createProvider } from './provider.ts'
import { repeatWhenSafe } from './repeat-when-safe.ts'

const far = forwardInEachTest({
  MODEL_TIMEOUT_MS: '5000',
  UPSTREAM_PAUSE_MS: '200',
})
const { whole: ask } = far

const soon = { 'retry-after-ms': '20' }
const yes = answer('yes')
const isYes = { choices: [{ message: { content: 'yes' } }] }

test.each([
  ['takes no more now', refuse(429)],
  ['takes no more now, and says until when', refuse(429, soon)],
  ['takes no more now, and says so in whole seconds', refuse(429, { 'retry-after': '0' })],
  ['is not available', refuse(503)],
  ['is not available, and says until when', refuse(503, soon)],
])('a provider that %s is asked again', async (_, behaviour) => {
  far.provider.behave(behaviour, behaviour, yes)
  expect(await ask()).toMatchObject(isYes)
  expect(far.provider.requests).toHaveLength(3)
  expect(new Set(far.provider.requests.map(({ body }) => body)).size).toBe(1)
})

test.each([
  ['a new connection', []],
  ['a connection that was used before', [yes]],
])('a provider that hangs up with the request, on %s, is not asked again', async (_, before) => {
  for (const behaviour of before) {
    far.provider.behave(behaviour)
    expect(await ask()).toMatchObject(isYes)
  }
  far.provider.behave(hangUp)
  await expect(ask()).rejects.toMatchObject({ status: 502, code: 'upstream_failed' })
  expect(far.provider.requests).toHaveLength(before.length + 1)
})

test('a provider that was not reached is asked again', async () => {
  let connections = 0
  // It hangs up at the first word of TLS, before any of the request.
  const deaf = createServer((socket) => {
    connections += 1
    socket.once('data', () => socket.resetAndDestroy())
  }).listen(0, '127.0.0.1')
  await once(deaf, 'listening')
  const { port } = deaf.address() as AddressInfo
  const provider = createProvider({
    url: new URL(`https://127.0.0.1:${port}/v1`),
    connectTimeoutMs: 5_000,
    maxRequests: 1,
  })
  const { signal } = new AbortController()
  const send = () => provider.send({ path: '/chat/completions', body: '{}' }, signal)
  const limits = { signal, deadline: performance.now() + 60_000, onRepeat: () => {} }
  await expect(repeatWhenSafe(send, limits)).rejects.toMatchObject({ code: 'upstream_unreachable' })
  expect(connections).toBe(3)
  await provider.close()
  deaf.close()
})

test('nobody is asked more than three times', async () => {
  far.provider.behave(refuse(429, soon))
  const response = await far.forwarder.post('/v1/chat/completions', asked)
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('1')
  expect(await response.json()).toMatchObject({ error: { code: 'some_code' } })
  expect(far.provider.requests).toHaveLength(3)
})

test.each([
  ['429', refuse(429, { 'retry-after': '60' }), 429, '60'],
  ['503', refuse(503, { 'retry-after': '60' }), 503, '60'],
])(
  'a wait that is longer than the request lasts is told at once: %s',
  async (_, behaviour, status, wait) => {
    far.provider.behave(behaviour)
    const response = await far.forwarder.post('/v1/chat/completions', asked)
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, wait])
    expect(far.provider.requests).toHaveLength(1)
  },
)

test('a provider that says it is of no use is not asked again', async () => {
  far.provider.behave(refuse(429, { 'x-should-retry': 'false' }))
  await expect(ask()).rejects.toMatchObject({ status: 429 })
  expect(far.provider.requests).toHaveLength(1)
})

test('a refusal without words keeps its status', async () => {
  far.provider.behave((response) =>
    response.writeHead(429, { 'retry-after': '60' }).end('slow down'),
  )
  const response = await far.forwarder.post('/v1/chat/completions', asked)
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '60'])
  expect(await response.json()).toMatchObject({ error: { code: 'upstream_limited' } })
})

test('a caller who leaves during the pause is not asked for again', async () => {
  far.provider.behave(refuse(429, { 'retry-after': '1' }))
  const leaving = new AbortController()
  const response = far.forwarder.post('/v1/chat/completions', asked, leaving.signal)
  await far.provider.requests[0]?.left
  await far.provider.received(1)
  leaving.abort()
  await expect(response).rejects.toThrow()
  far.provider.behave(yes)
  expect(await ask()).toMatchObject(isYes)
  expect(far.provider.requests).toHaveLength(2)
})

test('a provider that is not there is said to be so', async () => {
  await far.provider[Symbol.asyncDispose]()
  const response = await far.forwarder.post('/v1/chat/completions', asked)
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await response.json()).toMatchObject({ error: { code: 'upstream_unreachable' } })
})

test('a provider that takes no connection is not waited for', async () => {
  // It is there, and never answers the first word of TLS.
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const before = await startForwarder({
    UPSTREAM_URL: `https://127.0.0.1:${port}/v1`,
    UPSTREAM_CONNECT_TIMEOUT_MS: '50',
  })
  const response = await before.post('/v1/chat/completions', asked)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ error: { code: 'upstream_unreachable' } })
  await before[Symbol.asyncDispose]()
  silent.close()
})

test('a provider that fails is left alone, and asked again by one', async () => {
  const codes: unknown[] = []
  const fail = () =>
    ask().then(
      () => codes.push('answered'),
      ({ code }) => codes.push(code),
    )
  far.provider.behave(refuse(500))
  for (let count = 0; count < 10; count++) await fail()
  expect(codes).toEqual(Array(10).fill('upstream_failed'))
  const refused = await far.forwarder.post('/v1/chat/completions', asked)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(far.provider.requests).toHaveLength(10)

  far.provider.behave(yes)
  await expect.poll(ask, { timeout: 3_000 }).toMatchObject(isYes)
  // It is asked as before.
  await Promise.all([ask(), ask(), ask()])
  expect(far.provider.requests).toHaveLength(14)
})

test('the first token of the one is enough for the others', async () => {
  far.provider.behave(refuse(500))
  for (let count = 0; count < 10; count++) await ask().catch(() => {})
  far.provider.behave(begin(chunk('hello')), yes)
  const tryStream = () => far.forwarder.client.chat.completions.create({ ...asked, stream: true })
  let stream: Awaited<ReturnType<typeof tryStream>> | undefined
  const isStreamed = async () => {
    stream = await tryStream().catch(() => undefined)
    return stream !== undefined
  }
  await expect.poll(isStreamed, { timeout: 3_000 }).toBe(true)
  expect(await ask()).toMatchObject(isYes)
  stream?.controller.abort()
  await far.provider.requests[10]?.left
})

test("callers' slips are no failures of the provider", async () => {
  far.provider.behave(refuse(400))
  for (let count = 0; count < 30; count++)
    await expect(ask()).rejects.toMatchObject({ status: 400 })
  far.provider.behave(yes)
  expect(await ask()).toMatchObject(isYes)
})
