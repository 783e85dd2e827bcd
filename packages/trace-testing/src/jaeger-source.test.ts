import { expect, test } from 'vitest'
import { buildTree } from './build-tree.ts'
import { formatTree } from './format-tree.ts'
import { jaegerSource, readJaegerTrace } from './jaeger-source.ts'

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })

const server = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'POST /orders',
  kind: 2,
  startTimeUnixNano: '1700000000000001000',
  endTimeUnixNano: '1700000000000003000',
  attributes: [text('http.route', '/orders')],
  status: {},
}
const consumer = {
  ...server,
  spanId: '00f067aa0ba902b7',
  parentSpanId: server.spanId,
  name: 'process orders',
  kind: 5,
  startTimeUnixNano: '1700000000000002000',
  events: [{ timeUnixNano: '1', name: 'order shipped', attributes: [text('by', 'sea')] }],
  links: [{ traceId: server.traceId, spanId: server.spanId }],
  status: { code: 2, message: 'no stock' },
}
const resourceSpans = (service: string, ...spans: unknown[]) => ({
  resource: { attributes: [text('host.name', 'h'), text('service.name', service)] },
  scopeSpans: [{ scope: { name: 's' }, spans }],
})
const answer = {
  result: { resourceSpans: [resourceSpans('worker', consumer), resourceSpans('shop', server)] },
}

const read = (json: unknown) => readJaegerTrace(server.traceId, json).trace
/** The one span's attributes, each given as OTLP writes its value. */
const readValues = (values: Readonly<Record<string, unknown>>) => {
  const attributes = Object.entries(values).map(([key, value]) => ({ key, value }))
  const [span] = read({
    result: { resourceSpans: [resourceSpans('shop', { ...server, attributes })] },
  }).spans
  return span?.attributes
}
const ask = (response: Response) =>
  jaegerSource({ baseUrl: 'http://127.0.0.1:16686', fetch: async () => response }).getTrace('f0', {
    ...{ waitMs: 0, callers: [], signal: AbortSignal.timeout(1_000) },
  })

test('asks the API that answers OTLP', async () => {
  let url = ''
  const source = jaegerSource({
    baseUrl: 'http://127.0.0.1:16686/',
    fetch: async (input) => {
      url = String(input)
      return Response.json(answer)
    },
  })
  const signal = AbortSignal.timeout(1_000)
  const found = await source.getTrace('f00d', { waitMs: 500, callers: [], signal })
  expect(url).toBe('http://127.0.0.1:16686/api/v3/traces/f00d')
  expect(found).toMatchObject({ losses: [], trace: { traceId: 'f00d', logs: [] } })
})

test('reads the spans of several services as one tree', () => {
  expect(formatTree(buildTree(read(answer)), { attributes: ['http.route'], events: true })).toBe(
    `
POST /orders      SERVER    shop    http.route=/orders
└ process orders  CONSUMER  worker  ERROR  http.route=/orders  * order shipped  → POST /orders
`.trim(),
  )
})

test('reads times as nanoseconds, and events with their attributes', () => {
  const [span] = read(answer).spans
  expect(span).toMatchObject({
    startNanos: 1_700_000_000_000_002_000n,
    endNanos: 1_700_000_000_000_003_000n,
    events: [{ name: 'order shipped', attributes: { by: 'sea' } }],
    links: [{ traceId: server.traceId, spanId: server.spanId }],
  })
})

test('reads every type of value', () => {
  const array = { values: [{ intValue: '1' }, { stringValue: 'a' }] }
  const values = {
    text: { stringValue: '' },
    yes: { boolValue: true },
    integer: { intValue: '-42' },
    huge: { intValue: '9223372036854775807' },
    double: { doubleValue: 0.5 },
    infinite: { doubleValue: 'Infinity' },
    list: { arrayValue: array },
    none: { arrayValue: {} },
    map: { kvlistValue: { values: [text('key', 'value')] } },
    bytes: { bytesValue: 'AQI=' },
    empty: {},
  }
  expect(readValues(values)).toEqual({
    text: '',
    yes: true,
    integer: -42,
    huge: '9223372036854775807',
    double: 0.5,
    infinite: Number.POSITIVE_INFINITY,
    list: [1, 'a'],
    none: [],
    map: { key: 'value' },
    bytes: 'AQI=',
    empty: null,
  })
})

test('takes what protobuf leaves out for its default', () => {
  const { spanId, name, startTimeUnixNano, endTimeUnixNano } = server
  const bare = { spanId, name, startTimeUnixNano, endTimeUnixNano, parentSpanId: '' }
  const [span] = read({ result: { resourceSpans: [resourceSpans('shop', bare)] } }).spans
  expect(span).toMatchObject({ kind: 'INTERNAL', status: 'UNSET', attributes: {}, links: [] })
  expect(span?.parentSpanId).toBeUndefined()
})

test('takes 404 for a trace that has not arrived, and tells any other refusal as it came', async () => {
  const unknown = { error: { httpCode: 404, message: 'No traces found' } }
  expect(await ask(Response.json(unknown, { status: 404 }))).toBeUndefined()
  await expect(ask(new Response('bad id', { status: 400 }))).rejects.toThrow('answered 400: bad id')
})

test.each([
  [[], 'Not a trace as Jaeger gives it: the answer should be an object'],
  [{ data: [] }, 'result should be an object'],
  [{ result: { resourceSpans: [{ scopeSpans: 1 }] } }, 'resourceSpans[0].scopeSpans should be'],
  [
    { result: { resourceSpans: [resourceSpans('shop', { ...server, kind: 9 })] } },
    'resourceSpans[0].scopeSpans[0].spans[0].kind should be a number below 6, and is 9',
  ],
  [
    { result: { resourceSpans: [{ scopeSpans: [{ spans: [server] }] }] } },
    "the resource's service.name of resourceSpans[0]",
  ],
  [
    { result: { resourceSpans: [resourceSpans('shop', { ...server, endTimeUnixNano: 'soon' })] } },
    'endTimeUnixNano should be nanoseconds as text',
  ],
])('names the part of an answer that is not as expected: %#', (json, message) => {
  expect(() => read(json)).toThrow(message)
})
