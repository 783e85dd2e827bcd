// OTLP over real HTTP: what senders get back.
import { once } from 'node:events'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import {
  JsonTraceSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tracesBody } from '../../test/otlp.ts'
import { type RunningLens, startLens } from '../../test/start-lens.ts'

const protobuf = 'application/x-protobuf'
const json = 'application/json'
const traceId = '0af7651916cd43dd8448eb211c80319c'
const facts = { traceId, spanId: '00f067aa0ba902b7', name: 'a', service: 'core', startMs: 0 }
const goodJson = JSON.stringify(tracesBody([{ ...facts, durationMs: 1 }]))
/** One span with the ids 0101… and 0202…, whole. */
const goodProtobuf = Buffer.from(`0a20121e121c0a10${'01'.repeat(16)}1208${'02'.repeat(8)}`, 'hex')

let lens: RunningLens

beforeAll(async () => {
  lens = await startLens({ maxBodyBytes: 100_000 })
})
beforeEach(() => lens.store.clear())
afterAll(() => lens.close())

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(lens.otlpUrl + path, { method: 'POST', headers, body })
}

test('takes protobuf, answers protobuf', async () => {
  const response = await post('/v1/traces', goodProtobuf, { 'content-type': protobuf })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(protobuf)
  const answer = new Uint8Array(await response.arrayBuffer())
  expect(ProtobufTraceSerializer.deserializeResponse(answer)).toEqual({})
  expect(lens.store.stats().spans).toBe(1)
})

test('takes JSON, packed or not, on the port of the page too', async () => {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  expect((await post('/v1/traces', goodJson, headers)).status).toBe(200)
  const packed = { ...headers, 'content-encoding': 'gzip' }
  expect((await post('/v1/traces', gzipSync(goodJson), packed)).status).toBe(200)
  const onPage = await fetch(`${lens.pageUrl}/v1/traces`, {
    method: 'POST',
    headers,
    body: goodJson,
  })
  expect(await onPage.json()).toEqual({})
})

test('says how many spans it rejected, in a way the SDK understands', async () => {
  const bad = JSON.stringify(tracesBody([{ ...facts, spanId: '', durationMs: 1 }]))
  const asJson = await post('/v1/traces', bad, { 'content-type': json })
  const answer = JsonTraceSerializer.deserializeResponse(await asJson.bytes())
  expect(answer.partialSuccess).toMatchObject({ rejectedSpans: '1' })

  const shortId = Buffer.from('0a08120612040a020101', 'hex')
  const asProtobuf = await post('/v1/traces', shortId, { 'content-type': protobuf })
  const { partialSuccess } = ProtobufTraceSerializer.deserializeResponse(await asProtobuf.bytes())
  expect(partialSuccess).toMatchObject({
    rejectedSpans: 1,
    errorMessage: expect.stringContaining('trace id'),
  })
})

test('says that it keeps no metrics without making the sender try again', async () => {
  const response = await post('/v1/metrics', Buffer.from('0a0c120a12082a060a000a000a00', 'hex'), {
    'content-type': protobuf,
  })
  expect(response.status).toBe(200)
  const { partialSuccess } = ProtobufMetricsSerializer.deserializeResponse(await response.bytes())
  expect(partialSuccess).toMatchObject({
    rejectedDataPoints: 3,
    errorMessage: expect.stringContaining('OTEL_METRICS_EXPORTER'),
  })
})

test.each([
  ['garbage', 400, '/v1/traces', Buffer.from('garbage'), { 'content-type': protobuf }],
  ['a cut message', 400, '/v1/logs', goodProtobuf.subarray(0, 9), { 'content-type': protobuf }],
  ['broken JSON', 400, '/v1/traces', '{', { 'content-type': json }],
  [
    'gzip that is none',
    400,
    '/v1/traces',
    goodJson,
    { 'content-type': json, 'content-encoding': 'gzip' },
  ],
  ['another type', 415, '/v1/traces', goodJson, { 'content-type': 'text/plain' }],
  [
    'another encoding',
    415,
    '/v1/traces',
    goodJson,
    { 'content-type': json, 'content-encoding': 'br' },
  ],
  ['a large body', 413, '/v1/traces', Buffer.alloc(100_001), { 'content-type': protobuf }],
  [
    'a small body that unpacks large',
    413,
    '/v1/traces',
    gzipSync(Buffer.alloc(50_000_000)),
    { 'content-type': protobuf, 'content-encoding': 'gzip' },
  ],
  ['an unknown path', 404, '/v1/profiles', goodJson, { 'content-type': json }],
])('refuses %s with %i and a status', async (_, status, path, body, headers) => {
  const before = lens.store.stats().refused.requests
  const response = await post(path, body, headers)
  expect(response.status).toBe(status)
  const type = response.headers.get('content-type')
  expect(type).toBe(headers['content-type'] === protobuf ? protobuf : json)
  if (type === json) expect(await response.json()).toMatchObject({ message: expect.any(String) })
  else expect((await response.bytes())[0]).toBe(0x08)
  expect(lens.store.stats().refused.requests).toBe(before + 1)
})

test('refuses another method', async () => {
  const response = await fetch(`${lens.otlpUrl}/v1/traces`)
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

test('refuses a body that never stops, whatever length it claims', async () => {
  const sending = request(`${lens.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': protobuf, 'transfer-encoding': 'chunked' },
  })
  sending.on('error', () => undefined)
  for (let chunk = 0; chunk < 20; chunk++) sending.write(Buffer.alloc(10_000))
  const [response] = await once(sending, 'response')
  expect(response.statusCode).toBe(413)
  expect(response.headers.connection).toBe('close')
  sending.destroy()
})

test('sends those away who come when too many are in work, and takes them later', async () => {
  const headers = { 'content-type': json, 'transfer-encoding': 'chunked' }
  const slow = Array.from({ length: 32 }, () =>
    request(`${lens.otlpUrl}/v1/traces`, { method: 'POST', headers }),
  )
  for (const sending of slow) {
    sending.on('error', () => undefined)
    sending.write(goodJson.slice(0, 10))
  }
  const answer = async () => post('/v1/traces', goodJson, { 'content-type': json })
  await expect.poll(async () => (await answer()).status).toBe(503)
  expect((await answer()).headers.get('retry-after')).toBe('1')

  const finished = slow.slice(0, 16).map(async (sending) => {
    sending.end(goodJson.slice(10))
    const [response] = await once(sending, 'response')
    response.resume()
    return response.statusCode
  })
  expect(new Set(await Promise.all(finished))).toEqual(new Set([200]))
  // The others leave in the middle of their bodies.
  for (const sending of slow.slice(16)) sending.destroy()
  expect((await answer()).status).toBe(200)
})

test('lets pages of this machine send, and no others', async () => {
  const from = (origin: string) =>
    post('/v1/traces', goodJson, { 'content-type': json, origin }).then(({ status, headers }) => ({
      status,
      allowed: headers.get('access-control-allow-origin'),
    }))
  expect(await from('http://localhost:3000')).toEqual({
    status: 200,
    allowed: 'http://localhost:3000',
  })
  expect(await from('http://evil.example')).toEqual({ status: 403, allowed: null })
  const preflight = await fetch(`${lens.otlpUrl}/v1/traces`, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type')
})
