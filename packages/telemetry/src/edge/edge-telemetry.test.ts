import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { context, propagation, trace } from '@opentelemetry/api'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordInProcess } from '../../fixtures/record-in-process.ts'
import { traceparentOf } from '../trace-context/propagator.ts'
import { edgeServerOptions } from './early-refusals.ts'
import { edgeTelemetry } from './edge-telemetry.ts'

const recorder = recordInProcess()
const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const key = { authorization: 'friend' }
const sent = (flags = '01') => ({
  traceparent: `00-${traceId}-${spanId}-${flags}`,
  tracestate: 'vendor=1',
  baggage: 'journey=7',
})

let app: FastifyInstance

beforeEach(async () => {
  recorder.reset()
  app = Fastify(edgeServerOptions())
  await app.register(edgeTelemetry, {
    isTrusted: ({ headers }) => headers.authorization === key.authorization,
  })
  app.get('/', async ({ headers }) => ({
    headers,
    baggage: propagation.getActiveBaggage()?.getAllEntries() ?? [],
    tracestate: trace.getActiveSpan()?.spanContext().traceState?.serialize(),
    traceparent: traceparentOf(context.active()),
  }))
})
afterEach(() => app.close())

async function onlySpan() {
  await vi.waitFor(() => expect(recorder.spans).toHaveLength(1))
  return recorder.spans[0]
}

test('an untrusted traceparent restarts the trace with a link', async () => {
  const { headers } = await app.inject({ url: '/', headers: sent('00') })
  const span = await onlySpan()
  const context = span?.spanContext()
  expect(context?.traceId).not.toBe(traceId)
  expect(span?.parentSpanContext).toBeUndefined()
  expect(span?.links).toMatchObject([{ context: { traceId, spanId } }])
  expect(headers.traceresponse).toBe(`00-${context?.traceId}-${context?.spanId}-03`)
})

test('untrusted baggage and tracestate are dropped, for whoever reads them', async () => {
  const response = await app.inject({ url: '/', headers: sent() })
  expect(response.json()).toMatchObject({ baggage: [] })
  expect(response.json()).not.toHaveProperty('tracestate')
  for (const name of Object.keys(sent())) expect(response.json().headers).not.toHaveProperty(name)
})

test('a trusted caller’s trace goes on, with its baggage, its tracestate and its flags', async () => {
  const response = await app.inject({ url: '/', headers: { ...sent('03'), ...key } })
  const span = await onlySpan()
  expect(span?.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true })
  expect(span?.links).toEqual([])
  const here = `00-${traceId}-${span?.spanContext().spanId}-03`
  expect(response.headers.traceresponse).toBe(here)
  expect(response.json()).toMatchObject({
    traceparent: here,
    tracestate: 'vendor=1',
    baggage: [['journey', { value: '7' }]],
  })
})

test('a trusted caller who samples nothing is obeyed, and told so', async () => {
  const { headers } = await app.inject({ url: '/', headers: { ...sent('00'), ...key } })
  expect(headers.traceresponse).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
  expect(recorder.spans).toEqual([])
})

test('a rule that answers later trusts nobody, and is told so', async () => {
  const slow = Fastify()
  const isTrusted = (async () => true) as unknown as () => boolean
  await slow.register(edgeTelemetry, { isTrusted })
  slow.get('/', async () => 'served')
  const answer = await slow.inject({ url: '/', headers: sent() })
  expect(answer.json()).toMatchObject({
    statusCode: 500,
    message: 'isTrusted must not return a promise',
  })
})

describe('over a real connection', () => {
  let port: number
  beforeEach(async () => {
    port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  })

  async function ask(headers: Record<string, string | string[]>): Promise<string> {
    const request = send({ port, host: '127.0.0.1', headers: { ...key, ...headers } }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    let body = ''
    for await (const chunk of response) body += chunk
    return body
  }

  test('a traceparent that comes twice is none, in whatever letters its name is', async () => {
    await ask({ traceparent: [sent().traceparent, sent().traceparent] })
    expect((await onlySpan())?.parentSpanContext).toBeUndefined()
    recorder.reset()
    await ask({ TraceParent: sent().traceparent })
    expect((await onlySpan())?.parentSpanContext).toMatchObject({ traceId })
  })

  test('several tracestate headers are one list', async () => {
    const tracestate = ['rojo=1', '', 'congo=2 , rojo=0']
    expect(JSON.parse(await ask({ ...sent(), tracestate }))).toMatchObject({
      tracestate: 'rojo=1,congo=2',
    })
  })

  test('blanks around a traceparent belong to HTTP', async () => {
    await ask({ traceparent: `  ${sent().traceparent}\t` })
    expect((await onlySpan())?.parentSpanContext).toMatchObject({ traceId })
  })
})
