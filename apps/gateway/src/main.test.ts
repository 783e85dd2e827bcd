// The process as it is started in earnest, telemetry on: what it records, how it starts and how it stops.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { faultBaggageKey, faultHeader, faults } from '@throughline/contracts'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest'
import { type CorePeer, startCorePeer, strangersKey, trustedKey } from './testing/core-peer.ts'
import { addTask, complete, publish } from './testing/finish-task.ts'
import { type OtlpReceiver, startOtlpReceiver } from './testing/otlp-receiver.ts'
import { sendRaw } from './testing/raw-request.ts'

const server = 2
const client = 3

type LogLine = Record<string, unknown>

let peer: CorePeer
let otlp: OtlpReceiver
let gateway: ChildProcess
let origin: string
let redis: Redis
const logs: LogLine[] = []

beforeAll(async () => {
  peer = await startCorePeer()
  otlp = await startOtlpReceiver()
  redis = new Redis(inject('redisUrl'))
  gateway = spawn(
    process.execPath,
    ['-C', '@throughline/source', '--import', '@throughline/telemetry/register', 'src/main.ts'],
    {
      cwd: new URL('..', import.meta.url),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...{ PATH: '', GATEWAY_PORT: '0', CORE_ADDRESS: peer.address, DEMO: 'true' },
        REDIS_URL: inject('redisUrl'),
        OTEL_SERVICE_NAME: 'gateway',
        OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '50',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
    },
  )
  if (gateway.stdout === null) throw new Error('no standard output')
  createInterface(gateway.stdout).on('line', (line) => logs.push(JSON.parse(line)))
  origin = await vi.waitFor(() => addressIn(logs), { timeout: 20_000 })
  peer.calls.length = 0
})
afterAll(async () => {
  gateway.kill('SIGKILL')
  redis.disconnect()
  otlp.stop()
  await peer.stop()
})
afterEach(() => {
  otlp.spans.length = 0
  logs.length = 0
  peer.calls.length = 0
  peer.tasks.clear()
})

function addressIn(lines: readonly LogLine[]): string {
  const listening = lines.find(({ msg }) => msg === 'listening')
  if (listening === undefined) throw new Error('not listening yet')
  return String(listening.address)
}

const body = JSON.stringify({ listingId: 'listing-1', budgetCents: 20_000 })

/** Of every response: what is recorded belongs to one of these. */
const answered = new Set<string>()

async function request(path: string, key: string, headers: Record<string, string> = {}, init = {}) {
  const response = await fetch(origin + path, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...init,
  })
  answered.add(traceOf(response).traceId)
  return response
}

const negotiate = (key: string, headers: Record<string, string> = {}, query = '') =>
  request(`/v1/negotiate${query}`, key, headers, { method: 'POST', body })

function traceOf(response: Response) {
  const [, traceId = '', spanId = '', flags] =
    response.headers.get('traceresponse')?.split('-') ?? []
  return { traceId, spanId, flags }
}

/** All spans of the trace once `count` are there and its server span, which ends last, among them. */
async function spansOf(traceId: string, count: number) {
  const spans = () => otlp.spans.filter((span) => span.traceId === traceId)
  await expect.poll(() => spans().length).toBe(count)
  return spans()
}

const sent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const traceparent = `00-${sent.traceId}-${sent.spanId}-00`

test('a negotiation is one server span with the count in Redis and the call to core below it', async () => {
  const response = await negotiate(strangersKey)
  expect(response.status).toBe(202)
  const { traceId, spanId, flags } = traceOf(response)
  expect(flags).toBe('01')
  const spans = await spansOf(traceId, 3)
  const [root] = spans.filter(({ kind }) => kind === server)
  expect(root).toMatchObject({ name: 'POST /v1/negotiate', spanId })
  expect(root?.parentSpanId ?? '').toBe('')
  const below = spans.filter(({ kind }) => kind === client)
  expect(below.map(({ name }) => name)).toEqual([
    'evalsha',
    expect.stringContaining('throughline.v1.NegotiationService/StartNegotiation'),
  ])
  expect(below.map(({ parentSpanId }) => parentSpanId)).toEqual([spanId, spanId])
  const [call] = peer.calls
  expect(call?.context.metadata.get('traceparent')).toBe(`00-${traceId}-${below[1]?.spanId}-01`)
})

test('a second request looks as the first one did', async () => {
  for (const _ of [1, 2]) {
    const { traceId } = traceOf(await negotiate(strangersKey))
    const spans = await spansOf(traceId, 3)
    expect(spans.map(({ name }) => name)).toContain('evalsha')
  }
})

test('a stranger’s trace is linked to, and neither continued nor obeyed', async () => {
  const headers = { traceparent, tracestate: 'vendor=1', baggage: `${faultBaggageKey}=model-error` }
  const { traceId, flags } = traceOf(await negotiate(strangersKey, headers))
  expect(traceId).not.toBe(sent.traceId)
  expect(flags).toBe('01')
  const spans = await spansOf(traceId, 3)
  expect(spans.find(({ kind }) => kind === server)?.links).toMatchObject([sent])
  const { metadata } = peer.calls[0]?.context ?? {}
  expect(metadata?.get('baggage')).toBeUndefined()
  expect(metadata?.get('tracestate')).toBeUndefined()
})

test('a trusted caller’s trace is continued, with its baggage', async () => {
  const sampled = `${traceparent.slice(0, -2)}01`
  const headers = { traceparent: sampled, tracestate: 'vendor=1', baggage: 'journey=7' }
  const response = await negotiate(trustedKey, headers)
  expect(traceOf(response).traceId).toBe(sent.traceId)
  const spans = await spansOf(sent.traceId, 3)
  expect(spans.find(({ kind }) => kind === server)).toMatchObject({ parentSpanId: sent.spanId })
  const { metadata } = peer.calls[0]?.context ?? {}
  expect(metadata?.get('baggage')).toBe('journey=7')
  expect(metadata?.get('tracestate')).toBe('vendor=1')
})

test('a fault asked for by a trusted caller travels as baggage; a stranger’s wish does not', async () => {
  await negotiate(trustedKey, { [faultHeader]: faults.modelError })
  await negotiate(strangersKey, { [faultHeader]: faults.modelError })
  const baggage = peer.calls.map(({ context }) => context.metadata.get('baggage'))
  expect(baggage).toEqual([`${faultBaggageKey}=${faults.modelError}`, undefined])
  const unknown = await negotiate(trustedKey, { [faultHeader]: 'meltdown' })
  expect(unknown.status).toBe(400)
  expect(await unknown.json()).toMatchObject({ errors: [{ field: faultHeader }] })
})

test.each([
  ['a refused body', 'POST', '/v1/search', 400, 'POST /v1/search'],
  ['an unknown route', 'GET', '/nowhere', 404, 'GET'],
  ['a path that cannot be decoded', 'GET', '/v1/tasks/%zz', 400, 'GET'],
])('%s is traced, and is no error of ours', async (_, method, path, status, name) => {
  const init = { method, ...(method === 'POST' && { body: '{}' }) }
  const response = await request(path, strangersKey, {}, init)
  expect(response.status).toBe(status)
  const { traceId } = traceOf(response)
  expect(await response.json()).toMatchObject({ trace_id: traceId })
  await expect.poll(() => otlp.spans.filter((span) => span.traceId === traceId)).not.toEqual([])
  const spans = otlp.spans.filter((span) => span.traceId === traceId)
  expect(spans.filter(({ kind }) => kind === server)).toMatchObject([{ name }])
  expect(spans.map((span) => span.status?.code ?? 0)).toEqual(spans.map(() => 0))
  const lines = () => logs.filter(({ trace_id }) => trace_id === traceId)
  await expect.poll(lines).toMatchObject([{ msg: 'request completed' }])
})

test('what is not even HTTP can be found by its trace', async () => {
  const { headers, body: problem } = await sendRaw(
    Number(new URL(origin).port),
    'Dear Sir,\r\n\r\n',
  )
  const traceId = headers.get('traceresponse')?.split('-')[1] ?? ''
  answered.add(traceId)
  expect(JSON.parse(problem)).toMatchObject({ status: 400, trace_id: traceId })
  expect(await spansOf(traceId, 1)).toMatchObject([{ name: 'HTTP', kind: server }])
})

test('waiting adds one question to core, however often it had to be asked', async () => {
  const answer = negotiate(trustedKey, {}, '?wait=true')
  await expect.poll(() => peer.tasks.size).toBe(1)
  const [taskId = ''] = peer.tasks.keys()
  await expect.poll(() => peer.calls.length, { timeout: 5_000 }).toBe(2)
  complete(peer, taskId)
  await publish(redis, taskId, { type: 'task.completed' })
  const { traceId } = traceOf(await answer)
  const spans = await spansOf(traceId, 4)
  expect(spans.filter(({ name }) => name.endsWith('/GetTask'))).toHaveLength(1)
  // The poll belongs to the same trace, but tells core not to record it.
  expect(peer.calls[1]?.context.metadata.get('traceparent')).toMatch(
    new RegExp(`^00-${traceId}-.*-00$`),
  )
})

test('probes, and the reading behind a followed stream, leave neither trace nor line', async () => {
  const task = addTask(peer)
  const stream = await request(`/v1/tasks/${task.id}/events`, trustedKey)
  for (const path of ['/healthz', '/readyz']) await request(path, trustedKey)
  await publish(redis, task.id, { type: 'task.completed' })
  expect(await stream.text()).toContain('task.completed')
  const { traceId } = traceOf(stream)
  const spans = await spansOf(traceId, 3)
  expect(spans.find(({ kind }) => kind === server)?.name).toBe('GET /v1/tasks/:id/events')
  expect(otlp.spans.filter((span) => !answered.has(span.traceId))).toEqual([])
  await expect.poll(() => logs.map(({ trace_id }) => trace_id)).toContain(traceId)
  expect(logs.filter(({ trace_id }) => !answered.has(String(trace_id)))).toEqual([])
})

test('stops in order: a stream is ended, a wait answered, the process gone with code 0', async () => {
  const task = addTask(peer)
  const stream = await request(`/v1/tasks/${task.id}/events`, trustedKey)
  const wait = negotiate(trustedKey, {}, '?wait=true')
  await expect.poll(() => peer.tasks.size).toBe(2)
  gateway.kill('SIGTERM')
  const exited = once(gateway, 'exit')
  expect((await wait).status).toBe(202)
  expect(await stream.text()).toMatch(/^retry/)
  expect(await exited).toEqual([0, null])
})
