// `traceresponse` is on every answer: whoever gives it, in whichever way, and however the request ended.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { recordInProcess } from '../../fixtures/record-in-process.ts'
import { edgeServerOptions } from './early-refusals.ts'
import { edgeTelemetry } from './edge-telemetry.ts'

const recorder = recordInProcess()
const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-03$/
const stranger = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

let app: FastifyInstance
let url: string

beforeAll(async () => {
  app = Fastify({ ...edgeServerOptions(), routerOptions: { maxParamLength: 10 } })
  await app.register(edgeTelemetry, { isTrusted: () => false })
  app.get('/things/:id', async () => ({}))
  app.get('/refused', async (_, reply) => reply.code(403).send())
  app.get('/broken', () => Promise.reject(new Error('broken')))
  app.get(
    '/hooked',
    { preHandler: async () => Promise.reject(new Error('hook')) },
    async () => ({}),
  )
  app.get('/moved', async (_, reply) => reply.redirect('/things/1'))
  app.get('/stream', async (_, reply) => reply.type('text/plain').send(Readable.from(['1', '2'])))
  app.get('/hijacked', (_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: 1\n\n')
  })
  app.post('/bodies', { schema: { body: { type: 'object' } } }, async () => ({}))
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
beforeEach(() => recorder.reset())
afterAll(() => app.close())

test.each([
  ['an answer', 'GET', '/things/1', 200],
  ['an answer without a body', 'HEAD', '/things/1', 200],
  ['a refusal', 'GET', '/refused', 403],
  ['an error of a handler', 'GET', '/broken', 500],
  ['an error of a hook', 'GET', '/hooked', 500],
  ['an unknown route', 'GET', '/nowhere', 404],
  ['an unknown route, asked for its options', 'OPTIONS', '/nowhere', 404],
  ['a redirect', 'GET', '/moved', 302],
  ['a stream', 'GET', '/stream', 200],
  ['a stream past Fastify', 'GET', '/hijacked', 200],
  ['a body that is no JSON', 'POST', '/bodies', 400],
  ['a path that cannot be decoded', 'GET', '/things/%zz', 400],
  ['a parameter that is too long', 'GET', '/things/12345678901', 414],
])('%s has a traceresponse, and its span', async (_, method, path, status) => {
  const body = method === 'POST' ? '{' : undefined
  const headers = {
    traceparent: `00-${stranger.traceId}-${stranger.spanId}-00`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const response = await fetch(url + path, { method, headers, body, redirect: 'manual' })
  expect(response.status).toBe(status)
  const [, traceId, spanId] = form.exec(response.headers.get('traceresponse') ?? '') ?? []
  await vi.waitFor(() => expect(recorder.spans).toHaveLength(1))
  const [span] = recorder.spans
  expect(span?.spanContext()).toMatchObject({ traceId, spanId })
  expect(span?.links).toMatchObject([{ context: stranger }])
  expect(span?.attributes).toMatchObject({ 'http.response.status_code': status })
})

test('a health check has one, too, which says that nothing was recorded', async () => {
  const probed = Fastify()
  await probed.register(edgeTelemetry, { isTrusted: () => false })
  probed.get('/healthz', async () => ({}))
  const { headers } = await probed.inject('/healthz')
  expect(headers.traceresponse).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-02$/)
  expect(recorder.spans).toEqual([])
})

test.each([
  ['is no HTTP', 'Dear Sir,\r\n\r\n', 400],
  ['has more headers than are read', `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 431],
])('what %s has one, too', async (_, bytes, status) => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => undefined).write(bytes)
  const answer = await text(socket)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  const [, traceId] = /\r\ntraceresponse: 00-([0-9a-f]{32})-[0-9a-f]{16}-03\r\n/.exec(answer) ?? []
  await vi.waitFor(() => expect(recorder.spans).toMatchObject([{ name: 'HTTP' }]))
  expect(recorder.spans[0]?.spanContext().traceId).toBe(traceId)
})

test('what comes while the server drains is served, and has one', async () => {
  const draining = Fastify(edgeServerOptions())
  await draining.register(edgeTelemetry, { isTrusted: () => false })
  draining.get('/late', async () => ({}))
  const address = await draining.listen({ port: 0, host: '127.0.0.1' })
  const begun = once(draining.server, 'connection')
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.write('GET /late HTTP/1.1\r\n')
  const [connection] = (await begun) as [Socket]
  await vi.waitFor(() => expect(connection.bytesRead).toBeGreaterThan(0))
  const closed = draining.close()
  await vi.waitFor(() => expect(draining.server.listening).toBe(false))
  socket.write('host: here\r\n\r\n')
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
  expect(answer).toMatch(/\r\ntraceresponse: 00-/)
  await closed
})
