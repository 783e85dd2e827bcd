import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { recordInProcess } from '../fixtures/record-in-process.ts'
import { httpTelemetry } from './fastify.ts'
import { withSpan } from './with-span.ts'

const recorder = recordInProcess()
const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

let app: FastifyInstance

beforeEach(async () => {
  recorder.reset()
  app = Fastify()
  await app.register(httpTelemetry)
})

afterEach(() => app.close())

async function onlySpan() {
  await vi.waitFor(() => expect(recorder.spans).toHaveLength(1))
  return recorder.spans[0]
}

test('names the span after method and route, and leaves query and parameters out', async () => {
  app.get('/things/:id', async () => ({}))
  await app.inject('/things/4111?card=4111')
  const span = await onlySpan()
  expect(span).toMatchObject({ name: 'GET /things/:id', kind: SpanKind.SERVER })
  expect(span?.attributes).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/things/:id',
    'network.protocol.version': '1.1',
    'url.path': '/things/REDACTED',
    'url.scheme': 'http',
  })
})

test('measures each request in seconds, with values a caller cannot choose', async () => {
  app.get('/things/:id', async () => ({}))
  await app.inject('/things/1')
  await app.inject('/things/2')
  await app.inject('/nothing/3')
  await vi.waitFor(() => expect(recorder.spans).toHaveLength(3))
  const request = {
    'http.request.method': 'GET',
    'network.protocol.version': '1.1',
    'url.scheme': 'http',
  }
  expect(await recorder.series('http.server.request.duration')).toEqual([
    { ...request, 'http.route': '/things/:id', 'http.response.status_code': 200 },
    { ...request, 'http.response.status_code': 404 },
  ])
})

test('knows no route for a path that nobody serves, whoever answers', async () => {
  app.setNotFoundHandler((_, reply) => reply.code(404).send({}))
  await app.inject({ method: 'DELETE', url: '/nothing' })
  expect(await onlySpan()).toMatchObject({ name: 'DELETE', status: { code: SpanStatusCode.UNSET } })
})

test('counts methods that HTTP does not define as one', async () => {
  app.addHttpMethod('PURGE')
  app.route({ method: 'PURGE', url: '/cache', handler: async () => ({}) })
  const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(url.port), url.hostname)
  socket.write('PURGE /cache HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n')
  await once(socket.resume(), 'close')
  const span = await onlySpan()
  expect(span?.name).toBe('HTTP /cache')
  expect(span?.attributes).toMatchObject({
    'http.request.method': '_OTHER',
    'http.request.method_original': 'PURGE',
  })
})

test('calls a 5xx an error and a 4xx not', async () => {
  app.get('/broken', async () => {
    throw new Error('with details')
  })
  app.get('/refused', async () => {
    throw Object.assign(new Error('no'), { statusCode: 400 })
  })
  await app.inject('/broken')
  await app.inject('/refused')
  await vi.waitFor(() => expect(recorder.spans).toHaveLength(2))
  expect(recorder.spans).toMatchObject([
    { status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': '500' }, events: [] },
    { status: { code: SpanStatusCode.UNSET }, events: [] },
  ])
  expect(JSON.stringify(recorder.spans.map(({ status }) => status))).not.toContain('details')
})

test('continues the trace that the headers name when Fastify sees them', async () => {
  app.get('/', async () => ({}))
  await app.inject({ url: '/', headers: { traceparent } })
  expect((await onlySpan())?.spanContext().traceId).toBe(traceId)
})

test('starts a trace when an outer layer has removed those headers', async () => {
  const guarded = Fastify({
    rewriteUrl(request) {
      delete request.headers.traceparent
      return request.url ?? '/'
    },
  })
  await guarded.register(httpTelemetry)
  guarded.get('/', async () => ({}))
  await guarded.inject({ url: '/', headers: { traceparent } })
  expect((await onlySpan())?.parentSpanContext).toBeUndefined()
})

test('runs handlers and later hooks inside the span, after a body has been read too', async () => {
  const seen: (string | undefined)[] = []
  const see = async () => {
    seen.push(trace.getActiveSpan()?.spanContext().spanId)
  }
  for (const hook of ['preParsing', 'preHandler', 'onSend', 'onResponse'] as const) {
    app.addHook(hook, see)
  }
  app.post('/', async () => see())
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const headers = { 'content-type': 'application/json' }
  await fetch(url, { method: 'POST', headers, body: JSON.stringify('x'.repeat(100_000)) })
  const span = await onlySpan()
  expect(seen).toEqual(Array(5).fill(span?.spanContext().spanId))
})

test('records neither a health check nor what it asks', async () => {
  const check = () => withSpan('ask the database', {}, async () => ({}))
  app.get('/healthz', check)
  app.get('/readyz', check)
  app.get('/last', async () => ({}))
  for (const url of ['/healthz', '/readyz?verbose', '/last']) await app.inject(url)
  expect((await onlySpan())?.name).toBe('GET /last')
})

test('probes that are named take the place of those', async () => {
  const named = Fastify()
  await named.register(httpTelemetry, { probes: ['/ping'] })
  named.get('/ping', () => withSpan('ask the database', {}, async () => ({})))
  named.get('/healthz', async () => ({}))
  await named.inject('/ping')
  await named.inject('/healthz')
  expect((await onlySpan())?.name).toBe('GET /healthz')
})

async function openStream(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage]
  await once(response, 'data')
  return response
}

/** The two ways in which a service streams: through Fastify, or past it. */
function streamed(hijack: boolean, source: Readable): void {
  app.get('/events', (_, reply) => {
    if (!hijack) return reply.type('text/event-stream').send(source)
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    return source.pipe(reply.raw)
  })
}

test.each([false, true])('ends with the last byte of a stream (hijacked: %s)', async (hijack) => {
  const source = new Readable({ read() {} })
  streamed(hijack, source)
  source.push('data: 1\n\n')
  const response = await openStream(`${await app.listen({ port: 0, host: '127.0.0.1' })}/events`)
  await setImmediate()
  expect(recorder.spans).toHaveLength(0)
  source.push(null)
  await once(response.resume(), 'end')
  const span = await onlySpan()
  expect(span?.attributes).not.toHaveProperty('throughline.http.response_incomplete')
})

test.each([false, true])(
  'ends when the reader of a stream leaves (hijacked: %s)',
  async (hijack) => {
    const source = new Readable({ read() {} })
    streamed(hijack, source)
    source.push('data: 1\n\n')
    const response = await openStream(`${await app.listen({ port: 0, host: '127.0.0.1' })}/events`)
    response.destroy()
    const span = await onlySpan()
    expect(span?.status.code).toBe(SpanStatusCode.UNSET)
    expect(span?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'throughline.http.response_incomplete': true,
    })
  },
)

test('ends when the caller leaves before there is a response', async () => {
  const { promise: never, resolve } = Promise.withResolvers<object>()
  const asked = Promise.withResolvers<void>()
  app.get('/slow', () => {
    asked.resolve()
    return never
  })
  const request = get(`${await app.listen({ port: 0, host: '127.0.0.1' })}/slow`)
  request.on('error', () => {})
  await asked.promise
  request.destroy()
  const span = await onlySpan()
  expect(span?.attributes).not.toHaveProperty('http.response.status_code')
  resolve({})
})
