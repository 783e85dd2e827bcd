import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type ReceiverOptions, startReceiver } from './receiver.ts'
import { createTraceClient } from './trace-client.ts'
import './vitest.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const resource = {
  attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }],
}
const root = {
  traceId,
  spanId: 'b7ad6b7169203331',
  name: 'POST /orders',
  kind: 2,
  startTimeUnixNano: '1700000000000000001',
  endTimeUnixNano: '1700000000000000009',
  attributes: [
    { key: 'http.response.status_code', value: { intValue: '202' } },
    { key: 'items', value: { arrayValue: { values: [{ intValue: 1 }, { boolValue: true }] } } },
    { key: 'buyer', value: { kvlistValue: { values: [{ key: 'vip', value: {} }] } } },
  ],
  status: {},
}
const failed = {
  traceId,
  spanId: '00f067aa0ba902b7',
  parentSpanId: root.spanId,
  name: 'charge',
  kind: 0,
  startTimeUnixNano: 1,
  status: { code: 2 },
  events: [{ name: 'declined', attributes: [{ key: 'by', value: { stringValue: 'bank' } }] }],
  links: [{ traceId: 'f00d', spanId: 'beef', attributes: [] }],
}

async function start(options?: ReceiverOptions) {
  const receiver = await startReceiver(options)
  onTestFinished(() => receiver.stop())
  const send = (signal: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${receiver.url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const sendSpans = (...spans: object[]) =>
    send('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
  return { receiver, send, sendSpans }
}

test('keeps what comes as traces that can be matched and waited for', async () => {
  const { receiver, sendSpans } = await start()
  const source = createTraceClient({ source: receiver })
  const whole = source.waitForTrace(traceId, { spans: ['charge'], quietMs: 60 })
  expect((await sendSpans(failed)).status).toBe(200)
  await sendSpans(root)
  expect(await whole).toMatchTree(
    `
    POST /orders  SERVER    shop  http.response.status_code=202
    └ charge      INTERNAL  shop  ERROR  → another trace
    `,
    { attributes: ['http.response.status_code'] },
  )
  expect(receiver.traces).toEqual([receiver.trace(traceId)])
})

test('reads every field of a span, and the default of each that is left out', async () => {
  const { receiver, sendSpans } = await start()
  await sendSpans(root, failed)
  expect(receiver.spans).toEqual([
    {
      traceId,
      spanId: root.spanId,
      parentSpanId: undefined,
      name: 'POST /orders',
      kind: 'SERVER',
      service: 'shop',
      status: 'UNSET',
      startNanos: 1_700_000_000_000_000_001n,
      endNanos: 1_700_000_000_000_000_009n,
      attributes: { 'http.response.status_code': 202, items: [1, true], buyer: { vip: null } },
      events: [],
      links: [],
    },
    {
      traceId,
      spanId: failed.spanId,
      parentSpanId: root.spanId,
      name: 'charge',
      kind: 'INTERNAL',
      service: 'shop',
      status: 'ERROR',
      startNanos: 1n,
      endNanos: 0n,
      attributes: {},
      events: [{ name: 'declined', attributes: { by: 'bank' } }],
      links: [{ traceId: 'f00d', spanId: 'beef' }],
    },
  ])
})

test('keeps logs with and without a trace, names of metrics, and each sender once', async () => {
  const { receiver, send, sendSpans } = await start()
  const record = { timeUnixNano: '7', severityText: 'info', body: { stringValue: 'sold' } }
  const inTrace = { ...record, traceId, spanId: root.spanId }
  const other = { ...record, traceId: '', body: { kvlistValue: { values: [] } } }
  await sendSpans(root)
  await send('logs', {
    resourceLogs: [{ resource, scopeLogs: [{ logRecords: [inTrace, other] }] }],
  })
  await send('metrics', {
    resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'orders', sum: {} }] }] }],
  })
  expect(receiver.logs.map(({ body, severity, service }) => [body, severity, service])).toEqual([
    ['sold', 'info', 'shop'],
    ['{}', 'info', 'shop'],
  ])
  expect(receiver.traces).toMatchObject([{ traceId, logs: [{ body: 'sold', timeNanos: 7n }] }])
  expect(receiver.trace(traceId)).toHaveCompleteLogs()
  expect([...receiver.metricNames]).toEqual(['orders'])
  expect(receiver.resources).toEqual([{ 'service.name': 'shop' }])
  expect(receiver.requests.map(({ path }) => path)).toEqual([
    '/v1/traces',
    '/v1/logs',
    '/v1/metrics',
  ])
})

test.each([
  ['application/x-protobuf', {}, 'wire type'],
  ['application/json', { 'content-encoding': 'gzip' }, 'incorrect header check'],
  ['application/json', { 'content-encoding': 'br' }, 'br is not undone here'],
  ['text/plain', {}, 'text/plain is neither JSON nor protobuf'],
  ['application/json; charset=utf-8', {}, 'is not a function'],
])('tells the sender and whoever waits why it refuses: %s %o', async (type, headers, reason) => {
  const { receiver, send } = await start()
  const response = await send('traces', { resourceSpans: 1 }, { 'content-type': type, ...headers })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain(reason)
  const waiting = createTraceClient({ source: receiver }).waitForTrace(traceId, { timeoutMs: 200 })
  await expect(waiting).rejects.toThrow(
    `asking the backend failed: The receiver refused POST /v1/traces`,
  )
  await expect(waiting).rejects.toThrow(reason)
})

test('shows what has come beside what it had to refuse', async () => {
  const { receiver, send } = await start()
  await send('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [root] }] }] })
  await send('traces', {}, { 'content-type': 'text/plain' })
  const waiting = createTraceClient({ source: receiver }).waitForTrace(traceId, { timeoutMs: 200 })
  await expect(waiting).rejects.toThrow('POST /orders')
  await expect(waiting).rejects.toThrow('text/plain is neither JSON nor protobuf')
})

test('holds nothing against a sender that was killed within its request', async () => {
  const { receiver, send } = await start()
  const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{')
  await send('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [root] }] }] })
  socket.destroy()
  await once(socket, 'close')
  const client = createTraceClient({ source: receiver })
  expect((await client.waitForTrace(traceId)).roots).toHaveLength(1)
})

test('knows nothing of a trace that has not come', async () => {
  const { receiver } = await start()
  expect(receiver.trace(traceId)).toEqual({ traceId, spans: [], logs: [] })
  const waiting = createTraceClient({ source: receiver }).waitForTrace(traceId, { timeoutMs: 200 })
  await expect(waiting).rejects.toThrow('no span of it was seen')
})

test('answers nothing when it is to hang, and still stops', async () => {
  const { receiver, send } = await start({ hang: true })
  const sent = send('traces', {}).catch((err: Error) => err.message)
  await expect.poll(() => receiver.requests).toHaveLength(1)
  await receiver.stop()
  expect(await sent).toBe('fetch failed')
  await expect(send('traces', {})).rejects.toThrow('fetch failed')
  await receiver.stop()
})
