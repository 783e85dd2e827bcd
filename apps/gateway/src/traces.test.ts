// What the process records: which spans a request makes, whose trace it belongs to, and which lines carry it.
import { faultBaggageKey, faultHeader, faults } from '@throughline/contracts'
import type { Trace } from '@throughline/trace-testing'
import '@throughline/trace-testing/vitest'
import { ServerError, Status } from 'nice-grpc'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { strangersKey, trustedKey } from './testing/core-peer.ts'
import { addTask, complete, publish } from './testing/finish-task.ts'
import { sendRaw } from './testing/raw-request.ts'
import {
  type GatewayProcess,
  startGatewayProcess,
  traceOf,
} from './testing/start-gateway-process.ts'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await startGatewayProcess(inject('redisUrl'))
})
afterAll(() => gateway.stop())
afterEach(() => {
  gateway.peer.calls.length = 0
  gateway.peer.tasks.clear()
})

const metadataOf = (call: number) => gateway.peer.calls[call]?.context.metadata
const linesOf = (traceId: string) =>
  gateway.process.lines.filter(({ trace_id }) => trace_id === traceId)
const serverSpan = ({ spans }: Trace) => spans.find(({ kind }) => kind === 'SERVER')

const sent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const unsampled = `00-${sent.traceId}-${sent.spanId}-00`

test.each(['the first', 'the second'])(
  '%s negotiation is one server span with the count in Redis and the call to core below it',
  async () => {
    const response = await gateway.negotiate(strangersKey)
    expect(response.status).toBe(202)
    const { traceId, spanId, flags } = traceOf(response)
    expect(flags).toBe('03')
    const trace = await gateway.waitForTrace(traceId, 3)
    expect(trace).toMatchTree(`
      POST /v1/negotiate                                    SERVER  gateway
      ├ evalsha                                             CLIENT  gateway
      └ throughline.v1.NegotiationService/StartNegotiation  CLIENT  gateway
    `)
    expect(serverSpan(trace)).toMatchObject({ spanId })
    const call = trace.spans.find(({ name }) => name.startsWith('throughline.'))
    expect(metadataOf(0)?.get('traceparent')).toBe(`00-${traceId}-${call?.spanId}-03`)
    const line = { msg: 'request completed', span_id: spanId }
    await expect.poll(() => linesOf(traceId)).toMatchObject([line])
  },
)

test('a stranger’s trace is linked to, and neither continued nor obeyed', async () => {
  const baggage = `${faultBaggageKey}=${faults.modelError}`
  const headers = { traceparent: unsampled, tracestate: 'vendor=1', baggage }
  const { traceId, flags } = traceOf(await gateway.negotiate(strangersKey, headers))
  expect(traceId).not.toBe(sent.traceId)
  expect(flags).toBe('03')
  const trace = await gateway.waitForTrace(traceId, 3)
  expect(serverSpan(trace)?.links).toEqual([sent])
  expect(metadataOf(0)?.get('baggage')).toBeUndefined()
  expect(metadataOf(0)?.get('tracestate')).toBeUndefined()
})

test('a trusted caller’s trace is continued, with its baggage', async () => {
  const traceparent = unsampled.replace(/00$/, '01')
  const headers = { traceparent, tracestate: 'vendor=1', baggage: 'journey=7' }
  const response = await gateway.negotiate(trustedKey, headers)
  expect(traceOf(response).traceId).toBe(sent.traceId)
  const trace = await gateway.waitForTrace(sent.traceId, 3)
  expect(serverSpan(trace)).toMatchObject({ parentSpanId: sent.spanId })
  expect(metadataOf(0)?.get('baggage')).toBe('journey=7')
  expect(metadataOf(0)?.get('tracestate')).toBe('vendor=1')
})

test('a fault asked for by a trusted caller travels as baggage; a stranger’s wish does not', async () => {
  await gateway.negotiate(trustedKey, { [faultHeader]: faults.modelError })
  await gateway.negotiate(strangersKey, { [faultHeader]: faults.modelError })
  expect(metadataOf(0)?.get('baggage')).toBe(`${faultBaggageKey}=${faults.modelError}`)
  expect(metadataOf(1)?.get('baggage')).toBeUndefined()
  const unknown = await gateway.negotiate(trustedKey, { [faultHeader]: 'meltdown' })
  expect(unknown.status).toBe(400)
  expect(await unknown.json()).toMatchObject({ errors: [{ field: faultHeader }] })
})

test.each([
  ['a refused body', '/v1/search', 400, 'POST /v1/search'],
  ['an unknown route', '/nowhere', 404, 'POST'],
  ['a path that cannot be decoded', '/v1/tasks/%zz', 400, 'POST'],
])('%s is traced and logged once, and is no error of ours', async (_, path, status, name) => {
  const json = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers: json, body: '{}' }
  const response = await gateway.fetch(path, strangersKey, init)
  expect(response.status).toBe(status)
  const { traceId } = traceOf(response)
  expect(await response.json()).toMatchObject({ trace_id: traceId })
  await expect.poll(() => linesOf(traceId)).toMatchObject([{ msg: 'request completed', status }])
  const { spans } = await gateway.waitForTrace(traceId, path === '/v1/search' ? 2 : 1)
  expect(spans.filter(({ kind }) => kind === 'SERVER')).toMatchObject([{ name }])
  expect(spans.filter((span) => span.status !== 'UNSET')).toEqual([])
})

test('a failure of core is an error of this request, logged within its trace', async () => {
  gateway.peer.before = () => Promise.reject(new ServerError(Status.INTERNAL, 'unforeseen'))
  const response = await gateway.negotiate(strangersKey)
  gateway.peer.before = () => undefined
  expect(response.status).toBe(500)
  const { traceId } = traceOf(response)
  const trace = await gateway.waitForTrace(traceId, 3)
  expect(serverSpan(trace)?.status).toBe('ERROR')
  const messages = () => linesOf(traceId).map(({ msg }) => msg)
  await expect.poll(messages).toEqual(['request failed', 'request completed'])
})

test('what is not even HTTP can be found by its trace', async () => {
  const refused = await sendRaw(Number(new URL(gateway.process.address).port), 'Dear Sir,\r\n\r\n')
  const { traceId } = traceOf(refused)
  gateway.answered.add(traceId)
  expect(JSON.parse(refused.body)).toMatchObject({ status: 400, trace_id: traceId })
  expect(await gateway.waitForTrace(traceId, 1)).toMatchTree('HTTP  SERVER  gateway')
})

test('waiting adds one question to core, however often it had to be asked', async () => {
  const answer = gateway.negotiate(trustedKey, {}, '?wait=true')
  await expect.poll(() => gateway.peer.calls.length, { timeout: 5_000 }).toBe(2)
  const [taskId = ''] = gateway.peer.tasks.keys()
  complete(gateway.peer, taskId)
  await publish(gateway.redis, taskId, { type: 'task.completed' })
  const { traceId } = traceOf(await answer)
  const { spans } = await gateway.waitForTrace(traceId, 4)
  expect(spans.filter(({ name }) => name.endsWith('/GetTask'))).toHaveLength(1)
  // The poll belongs to the same trace, but tells core not to record it.
  const poll = new RegExp(`^00-${traceId}-[0-9a-f]{16}-02$`)
  expect(metadataOf(1)?.get('traceparent')).toMatch(poll)
})

test('probes, and the reading behind a followed stream, leave neither trace nor line', async () => {
  const task = addTask(gateway.peer)
  const stream = await gateway.fetch(`/v1/tasks/${task.id}/events`, trustedKey)
  for (const path of ['/healthz', '/readyz']) await gateway.fetch(path, trustedKey)
  await publish(gateway.redis, task.id, { type: 'task.completed' })
  expect(await stream.text()).toContain('task.completed')
  const { traceId } = traceOf(stream)
  const trace = await gateway.waitForTrace(traceId, 3)
  expect(serverSpan(trace)?.name).toBe('GET /v1/tasks/:id/events')
  await expect.poll(() => linesOf(traceId)).toHaveLength(1)
  const { answered, process, receiver } = gateway
  expect(receiver.traces.filter((each) => !answered.has(each.traceId))).toEqual([])
  const started = process.lines.findIndex(({ msg }) => msg === 'listening')
  const others = process.lines
    .slice(started + 1)
    .filter(({ trace_id }) => !answered.has(String(trace_id)))
  expect(others).toEqual([])
})
