import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { longTurn, type RunningApp, startApp, turn } from '../testing/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

const asking = (content: string) =>
  JSON.stringify({ ...turn, messages: [{ role: 'user', content }], max_tokens: 4 })

test.for([
  ['nothing', '', 400],
  ['half a body', '{"model":', 400],
  ['a prototype', '{"__proto__":{"x":1}}', 400],
  ['a list', '[]', 400],
  ['null', 'null', 400],
  ['a number', '7', 400],
  ['a huge number', JSON.stringify(turn).replace('"temperature":0', '"temperature":1e999'), 400],
  ['a body of 2 MB', asking('x'.repeat(2_000_000)), 413],
  ['a prompt of 200 kB', asking('x'.repeat(200_000)), 400],
  ['a deep schema', deepSchema(500), 400],
  ['lists in lists in a schema', nestedRequired(5_000), 400],
  ['NUL bytes', asking('a\u0000b'), 200],
  ['lone surrogates', asking('\ud800 and \udfff'), 200],
  ['an empty message', asking(''), 200],
  ['control characters in a model name', JSON.stringify({ ...turn, model: '\u0007\n' }), 404],
] as const)('answers %s without an error of its own', async ([, body, status]) => {
  const response = await app.post(body)
  expect(response.status).toBe(status)
  if (status !== 200) {
    expect(await response.json()).toMatchObject({
      error: { message: expect.any(String), type: 'invalid_request_error' },
    })
  }
})

test.for([
  ['GET', '/v1/chat/completions', 405],
  ['OPTIONS', '/v1/chat/completions?a=b', 405],
  ['DELETE', '/v1/models/negotiator', 405],
  ['POST', '/v1/models', 405],
  ['POST', '/v1/images', 404],
  ['GET', '/v1/models/%FF', 400],
  ['GET', `/v1/models/${'a/'.repeat(300)}`, 404],
  ['GET', '/%00', 404],
  ['GET', '//', 404],
] as const)('refuses %s %s in the shape of the API', async ([method, path, status]) => {
  const response = await fetch(`${app.url}${path}`, { method })
  expect(response.status).toBe(status)
  expect(response.headers.get('x-request-id')).toMatch(/^req_/)
  expect(response.headers.has('allow')).toBe(status === 405)
  expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
})

test.for([
  ['no HTTP', 'tell me a story\r\n\r\n', 400, 'invalid_request'],
  ['huge headers', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
    400,
    'invalid_request',
  ],
] as const)('refuses %s in the shape of the API', async ([, sent, status, code]) => {
  const { hostname, port } = new URL(app.url)
  const socket = connect(Number(port), hostname)
  socket.end(sent)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toMatch(/\r\nx-request-id: req_/)
  expect(JSON.parse(body)).toMatchObject({ error: { code, type: 'invalid_request_error' } })
})

test('ends a stream behind whose request there is garbage, and puts nothing into it', async () => {
  const { hostname, port } = new URL(app.url)
  const socket = connect(Number(port), hostname)
  const body = JSON.stringify({ ...longTurn, stream: true })
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    ...['host: x', 'content-type: application/json', `content-length: ${body.length}`],
  ].join('\r\n')
  socket.write(`${head}\r\n\r\n${body}`)
  const [begun] = await once(socket, 'data')
  const engine = app.engine.pid() ?? 0
  process.kill(engine, 'SIGSTOP')
  socket.write('tell me a story\r\n\r\n')
  const answer = `${begun}${await text(socket)}`
  process.kill(engine, 'SIGCONT')
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
  expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1)
  expect(answer).not.toContain('[DONE]')
})

test.for([
  ['caller-1.a:b', 'caller-1.a:b'],
  ['with blanks', expect.stringMatching(/^req_/)],
  ['x'.repeat(129), expect.stringMatching(/^req_/)],
] as const)('answers under the id "%s" if that is plausible', async ([id, told]) => {
  const response = await fetch(`${app.url}/v1/models`, { headers: { 'x-request-id': id } })
  expect(response.headers.get('x-request-id')).toEqual(told)
})

test('refuses another content type', async () => {
  const response = await fetch(`${app.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: '<a/>',
  })
  expect(response.status).toBe(415)
})

test('does not quote a body that it cannot read', async () => {
  const response = await app.post('{"secret-canary": tru}')
  expect(await response.text()).not.toContain('canary')
})

const halfRequest = [
  'POST /v1/chat/completions HTTP/1.1',
  ...['host: x', 'content-type: application/json', 'content-length: 500'],
  ...['expect: 100-continue', '', '{"mo'],
].join('\r\n')

test('outlives callers who hang up in the middle of a request', async () => {
  const { hostname, port } = new URL(app.url)
  for (let i = 0; i < 20; i++) {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write(halfRequest)
    socket.destroy()
  }
  expect((await app.post(turn)).status).toBe(200)
})

test('stops in time, whoever still keeps a request half sent', async () => {
  const stopping = await startApp()
  const { hostname, port } = new URL(stopping.url)
  const socket = connect(Number(port), hostname).on('error', () => {})
  await once(socket, 'connect')
  socket.write(halfRequest)
  // The server says that it has seen the request.
  await once(socket, 'data')
  const startedAt = performance.now()
  await stopping.close()
  expect(performance.now() - startedAt).toBeLessThan(9_000)
  socket.destroy()
}, 20_000)

function deepSchema(depth: number): string {
  return withSchema(`${'{"type":"object","properties":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`)
}

function nestedRequired(depth: number): string {
  return withSchema(`{"type":"object","required":${'['.repeat(depth)}${']'.repeat(depth)}}`)
}

function withSchema(schema: string): string {
  const format = `{"type":"json_schema","json_schema":{"name":"deep","schema":${schema}}}`
  return JSON.stringify(turn).replace(/}$/, `,"response_format":${format}}`)
}
