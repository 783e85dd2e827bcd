// An attacker's afternoon, over real sockets. Nothing here may yield a 5xx, a hang or a look inside.
import { connect } from 'node:net'
import { problemSchema } from '@throughline/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { strangersKey, trustedKey } from './testing/core-peer.ts'
import { addTask } from './testing/finish-task.ts'
import { get, post, type RawResponse, sendRaw } from './testing/raw-request.ts'
import { startGateway, type TestGateway } from './testing/start-gateway.ts'

const bearer = `Authorization: Bearer ${strangersKey}`
const limits = { headersTimeoutMs: 300, requestTimeoutMs: 400, timeoutCheckEveryMs: 50 }
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ redisUrl: inject('redisUrl'), limits })
})
afterAll(() => gateway.stop())
afterEach(async () => {
  gateway.peer.calls.length = 0
  gateway.peer.tasks.clear()
  expect((await gateway.fetch('/healthz', { headers: { connection: 'close' } })).status).toBe(200)
  await expect.poll(openConnections).toBe(0)
  expect(gateway.logs.filter(({ level }) => Number(level) >= 50)).toEqual([])
})

const openConnections = () =>
  new Promise<number>((resolve) => {
    gateway.app.server.getConnections((_err, count) => resolve(count))
  })

const send = (...parts: (string | Uint8Array)[]) => sendRaw(gateway.port, ...parts)
const search = (body: string | Uint8Array, ...headers: string[]) =>
  send(post('/v1/search', body, [bearer, ...headers]))

/** What of our own inside would be worth reading: paths, stacks, statements, addresses. */
const inside = /node_modules|\/src\/|\.[jt]s:\d|\n\s+at |SELECT|prisma|redis:|127\.0\.0\.1|ECONN/i

function expectRefusal(response: RawResponse, status: number) {
  expect(response.status, response.text).toBe(status)
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(response.text).not.toMatch(inside)
  const problem = problemSchema.parse(JSON.parse(response.body))
  expect(problem.status).toBe(status)
  return problem
}

function expectServed(response: RawResponse) {
  expect(response.status, response.text).toBe(200)
}

const fieldsOf = ({ errors = [] }: { errors?: { field: string }[] }) => [
  ...new Set(errors.map(({ field }) => field)),
]

describe('bodies', () => {
  test.each([
    ['nothing', ''],
    ['half an object', '{"query":'],
    ['a bare word', 'query'],
    ['single quotes', "{'query':'x'}"],
    ['a trailing comma', '{"query":"x",}'],
    ['a NUL byte outside a string', '{"query":"x"}\0'],
    ['a NUL byte inside a string', '{"query":"\0"}'],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ['UTF-16', Buffer.from('{"query":"x"}', 'utf16le')],
    ['a prototype', '{"query":"x","__proto__":{"admin":true}}'],
    ['a constructor', '{"query":"x","constructor":{"prototype":{"admin":true}}}'],
    ['60,000 open brackets', '['.repeat(60_000)],
    ['60,000 open objects', '{"a":'.repeat(10_000)],
  ])('invalid JSON is refused: %s', async (_, body) => {
    expectRefusal(await search(body), 400)
    expect(gateway.peer.calls).toEqual([])
  })

  test.each([
    ['null', 'null', ['body']],
    ['a number', '17', ['body']],
    ['an array', '[{"query":"x"}]', ['body']],
    ['deep arrays', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, ['body']],
    ['a number for text', '{"query":1}', ['query']],
    ['an object for text', '{"query":{"$gt":""}}', ['query']],
    ['text for a number', '{"query":"x","pageSize":"5"}', ['pageSize']],
    [
      'an object as deep as fits',
      `{"query":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
      ['query'],
    ],
    ['a number past infinity', '{"query":"x","maxPriceCents":1e400}', ['maxPriceCents']],
    ['a number past 2^53', '{"query":"x","maxPriceCents":9007199254740993}', ['maxPriceCents']],
    ['a number of 60,000 digits', `{"query":"x","pageSize":${'9'.repeat(60_000)}}`, ['pageSize']],
    ['a negative number', '{"query":"x","maxPriceCents":-1}', ['maxPriceCents']],
    ['a fraction', '{"query":"x","pageSize":1.5}', ['pageSize']],
    ['an escaped NUL', '{"query":"a\\u0000b"}', ['query']],
    ['a lone surrogate', '{"query":"\\ud800"}', ['query']],
    ['a lone surrogate as a key', '{"query":"x","\\udc00":1}', ['\ufffd']],
    ['60,000 letters', `{"query":"${'x'.repeat(60_000)}"}`, ['query']],
    ['unknown keys', '{"query":"x","admin":true,"sql":"1"}', ['admin', 'sql']],
  ])('the field is named that holds %s', async (_, body, fields) => {
    const problem = expectRefusal(await search(body), 400)
    expect(fieldsOf(problem)).toEqual(fields)
    expect(gateway.peer.calls).toEqual([])
  })

  test('five thousand unknown keys do not make an answer of that length', async () => {
    const keys = Array.from({ length: 5_000 }, (_, key) => `"k${key}":1`)
    const response = await search(`{"query":"x",${keys.join(',')}}`)
    expectRefusal(response, 400)
    expect(response.body.length).toBeLessThan(4_096)
  })

  test('two megabytes are refused before they have arrived', async () => {
    expectRefusal(await search('x'.repeat(2_000_000)), 413)
  })

  test('two megabytes in chunks, of unknown length, are refused', async () => {
    const head = `POST /v1/search HTTP/1.1\r\nHost: x\r\n${bearer}\r\nConnection: close\r\n`
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`
    const chunked = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
    expectRefusal(await send(head + chunked, ...Array(64).fill(chunk)), 413)
  })

  test.each([
    'Content-Type: text/plain',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Type: application/xml',
    'Content-Type: application/jsonp',
    `Content-Type: ${'a'.repeat(4_000)}`,
    'X-Bare: without any content type',
  ])('another form than JSON is refused: %s', async (header) => {
    expectRefusal(await search('{"query":"x"}', header), 415)
  })

  test('a length that is not the body’s is refused', async () => {
    const head = `POST /v1/search HTTP/1.1\r\nHost: x\r\n${bearer}\r\nConnection: close\r\n`
    const body = 'Content-Type: application/json\r\nContent-Length: 5, 6\r\n\r\n{"query":"x"}'
    expectRefusal(await send(head + body), 400)
  })
})

describe('paths', () => {
  test.each([
    '/docs/../../../etc/passwd',
    '/docs/static/../../../package.json',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/docs/static/..%5c..%5cpackage.json',
    '/docs/static/index.html%00.png',
    '//etc/passwd',
    '/v1/search/../../healthz',
  ])('%s leads nowhere', async (path) => {
    const response = await send(get(path))
    expect(response.status, response.text).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(response.text).not.toMatch(/root:|"dependencies"/)
    expect(response.text).not.toMatch(inside)
  })

  test.each([
    ['/v1/tasks/%zz', 400],
    ['/v1/tasks/%c3%28', 400],
    ['/v1/tasks/%00', 400],
    ['/v1/tasks/not-a-uuid', 400],
    ['/v1/tasks/%0d%0aset-cookie:%20a=b', 400],
    [`/v1/tasks/${"'%20OR%201=1--"}`, 400],
    [`/v1/tasks/${'9'.repeat(200)}`, 414],
    [`/v1/tasks/${crypto.randomUUID()}/events/../..`, 404],
  ])('%s is refused with %i', async (path, status) => {
    const response = await send(get(path, [bearer]))
    expectRefusal(response, status)
    expect(response.headers.has('set-cookie')).toBe(false)
  })

  test('a parameter given twice is not chosen from', async () => {
    const body = '{"listingId":"listing-1","budgetCents":1}'
    const response = await send(post('/v1/negotiate?wait=true&wait=false', body, [bearer]))
    expect(fieldsOf(expectRefusal(response, 400))).toEqual(['wait'])
  })
})

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

describe('headers', () => {
  test.each([
    ['empty', ''],
    ['nonsense', 'nonsense'],
    ['version ff', `ff-${trace}-${span}-01`],
    ['zeros', `00-${'0'.repeat(32)}-${span}-01`],
    ['upper case', `00-${trace.toUpperCase()}-${span}-01`],
    ['a field too many', `00-${trace}-${span}-01-02`],
    ['8,000 letters', '0'.repeat(8_000)],
    ['Latin-1', `00-${trace}-${span}-é`],
  ])('an invalid traceparent harms nobody, trusted or not: %s', async (_, traceparent) => {
    for (const key of [strangersKey, trustedKey]) {
      const headers = [`Authorization: Bearer ${key}`, `traceparent: ${traceparent}`]
      expectServed(await send(post('/v1/search', '{"query":"x"}', headers)))
    }
  })

  test('a traceparent sent twice harms nobody', async () => {
    const header = `traceparent: 00-${trace}-${span}-01`
    expectServed(await search('{"query":"x"}', header, header))
  })

  test.each([
    ['9,000 bytes', `key=${'v'.repeat(9_000)}`],
    ['a thousand members', Array(1_000).fill('k=v').join(',')],
    ['no members, many commas', ','.repeat(8_000)],
  ])('oversized baggage is dropped: %s', async (_, baggage) => {
    const headers = [`Authorization: Bearer ${trustedKey}`, `baggage: ${baggage}`]
    expectServed(await send(post('/v1/search', '{"query":"x"}', headers)))
    expect(gateway.peer.calls[0]?.context.metadata.has('baggage')).toBe(false)
  })

  test('ten thousand headers are refused', async () => {
    const headers = Array.from({ length: 10_000 }, (_, header) => `x-${header}: y`)
    expectRefusal(await send(get('/healthz', headers)), 431)
  })

  test('one header of a megabyte is refused', async () => {
    expectRefusal(await send(get('/healthz', [`x-long: ${'y'.repeat(1_000_000)}`])), 431)
  })

  test('two authorizations are none', async () => {
    const other = `Authorization: Bearer ${trustedKey}`
    expectRefusal(await search('{"query":"x"}', other), 401)
  })

  test.each([
    ['two lengths', 'Content-Length: 3'],
    ['a length and chunks', 'Transfer-Encoding: chunked'],
    ['a header without a colon', 'nonsense'],
    ['a header with a space in its name', 'x y: z'],
    ['a NUL in a header', 'x: \0'],
    ['a folded header', 'x: y\r\n  z'],
  ])('a request that a proxy might read otherwise is refused: %s', async (_, header) => {
    expectRefusal(await search('{"query":"x"}', header), 400)
  })

  test('an unknown expectation is ignored', async () => {
    expectServed(await search('{"query":"x"}', 'Expect: a-miracle'))
  })

  test.each(['wait=1e9', 'wait=-5', 'wait="x', ',,,;;;===', `wait=${'9'.repeat(5_000)}`])(
    'a preference that makes no sense is ignored: %s',
    async (prefer) => {
      const body = '{"listingId":"listing-1","budgetCents":1}'
      const response = await send(post('/v1/negotiate', body, [bearer, `Prefer: ${prefer}`]))
      expect(response.status, response.text).toBe(202)
    },
  )
})

describe('connections', () => {
  test.each([
    ['a TLS greeting', new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc])],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a made-up method', 'STEAL /v1/search HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a made-up version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['prose', 'Dear Sir or Madam,\r\n\r\n'],
  ])('what is not HTTP/1.1 is refused: %s', async (_, bytes) => {
    expectRefusal(await send(bytes), 400)
  })

  test.each([
    ['says nothing', ''],
    ['stops within the headers', 'POST /v1/search HTTP/1.1\r\nHost: x\r\n'],
    ['stops within the body', post('/v1/search', '{"query":"x"}', [bearer]).slice(0, -3)],
  ])('a caller who %s is let go', async (_, bytes) => {
    const response = await send(bytes)
    expectRefusal(response, 408)
    expect(response.durationMs).toBeLessThan(5_000)
  })

  test('a request of one byte at a time is cut off', async () => {
    const bytes = post('/v1/search', '{"query":"x"}', [bearer])
    const socket = connect(gateway.port, '127.0.0.1')
    let read = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      read += chunk
    })
    let sent = 0
    const drip = setInterval(() => socket.write(bytes.slice(sent, ++sent)), 20)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drip)
    expect(read).toMatch(/^HTTP\/1\.1 408 /)
    expect(sent).toBeLessThan(bytes.length)
  })

  test('a hundred requests at once on one connection are all answered', async () => {
    const one = post('/v1/search', '{"query":"x"}', [bearer])
      .toString()
      .replace(/close/, 'keep-alive')
    const last = post('/v1/search', '{"query":"x"}', [bearer])
    const { text } = await send(one.repeat(99), last)
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(100)
  })

  test('fifty callers who hang up on a stream and fifty on a wait leave nothing behind', async () => {
    const task = addTask(gateway.peer)
    const callers = Array.from({ length: 50 }, () => new AbortController())
    const json = { listingId: 'listing-1', budgetCents: 1 }
    const streams = callers.map(({ signal }) =>
      gateway.fetch(`/v1/tasks/${task.id}/events`, { signal }),
    )
    const waits = callers.map(({ signal }) =>
      gateway.fetch('/v1/negotiate?wait=true', { json, signal }).catch(() => 'gone'),
    )
    expect((await Promise.all(streams)).map(({ status }) => status)).toEqual(Array(50).fill(200))
    await expect.poll(() => gateway.peer.tasks.size).toBe(51)
    for (const caller of callers) caller.abort()
    expect(await Promise.all(waits)).toEqual(Array(50).fill('gone'))
  })
})
