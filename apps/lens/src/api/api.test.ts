// The API over real HTTP.
import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { logsBody, type SpanFacts, tracesBody } from '../../test/otlp.ts'
import { type RunningLens, startLens } from '../../test/start-lens.ts'
import type { TraceJson, TraceListJson } from './trace-json.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const id = (number: number) => number.toString(16).padStart(16, '0')
const root: SpanFacts = {
  traceId,
  spanId: id(1),
  name: 'POST /v1/negotiate',
  service: 'gateway',
  kind: 'SERVER',
  startMs: 0,
  durationMs: 40,
}
const producer: SpanFacts = {
  traceId,
  spanId: id(2),
  parentSpanId: id(1),
  name: 'send tasks',
  service: 'core',
  kind: 'PRODUCER',
  startMs: 5,
  durationMs: 2.5,
  attributes: { 'bullmq.queue': 'tasks', attempt: 1 },
  events: [{ name: 'enqueued', atMs: 6, attributes: { depth: 3 } }],
}
const consumer: SpanFacts = {
  traceId,
  spanId: id(3),
  parentSpanId: id(2),
  name: 'process tasks',
  service: 'orchestrator',
  kind: 'CONSUMER',
  startMs: 12,
  durationMs: 20,
  error: 'model answered 500',
}

let lens: RunningLens

beforeAll(async () => {
  lens = await startLens({ quietMs: 40 })
})
beforeEach(() => lens.store.clear())
afterAll(() => lens.close())

async function get<Answer>(path: string): Promise<Answer> {
  return (await fetch(lens.pageUrl + path)).json() as Promise<Answer>
}

test('gives a trace back with everything in it', async () => {
  await lens.send('traces', tracesBody([consumer, root]))
  await lens.send('traces', tracesBody([producer]))
  await lens.send(
    'logs',
    logsBody([
      {
        traceId,
        spanId: id(3),
        service: 'orchestrator',
        atMs: 13,
        severity: 'WARN',
        body: 'again',
      },
    ]),
  )
  const trace = await get<TraceJson>(`/api/traces/${traceId}`)
  expect(trace).toMatchObject({
    traceId,
    startTimeUnixNano: '1790856000000000000',
    durationNs: 40e6,
    complete: true,
    reasons: [],
  })
  expect(trace.spans.map(({ spanId }) => spanId)).toEqual([id(1), id(2), id(3)])
  expect(trace.spans[1]).toEqual({
    spanId: id(2),
    parentSpanId: id(1),
    name: 'send tasks',
    kind: 'PRODUCER',
    service: 'core',
    startNs: 5e6,
    durationNs: 2.5e6,
    status: { code: 'UNSET' },
    attributes: { 'bullmq.queue': 'tasks', attempt: 1 },
    events: [{ name: 'enqueued', timeNs: 6e6, attributes: { depth: 3 } }],
    links: [],
    linkedFrom: [],
    resource: expect.any(Number),
    scope: expect.any(Number),
  })
  expect(trace.spans[2]?.status).toEqual({ code: 'ERROR', message: 'model answered 500' })
  const { resource, scope } = trace.spans[1] ?? {}
  expect(trace.resources[resource ?? -1]).toMatchObject({
    service: 'core',
    attributes: { 'host.name': 'workstation' },
  })
  expect(trace.scopes[scope ?? -1]).toEqual({ name: 'core-instrumentation', version: '' })
  expect(trace.logs).toMatchObject([
    { timeNs: 13e6, spanId: id(3), severity: 'WARN', body: 'again', service: 'orchestrator' },
  ])
})

test('answers only what came after a revision', async () => {
  await lens.send('traces', tracesBody([root]))
  const { revision } = await get<TraceJson>(`/api/traces/${traceId}`)
  await lens.send('traces', tracesBody([producer]))
  const { spans } = await get<TraceJson>(`/api/traces/${traceId}?since=${revision}`)
  expect(spans.map(({ spanId }) => spanId)).toEqual([id(2)])
})

test('shows a link from both its ends', async () => {
  const other = 'b'.repeat(32)
  const linking = { ...root, traceId: other, spanId: id(7), links: [{ traceId, spanId: id(1) }] }
  await lens.send('traces', tracesBody([root, linking]))
  const { spans } = await get<TraceJson>(`/api/traces/${traceId}`)
  expect(spans[0]?.linkedFrom).toEqual([{ traceId: other, spanId: id(7) }])
})

test('waits until the consumer has come and it is quiet', async () => {
  await lens.send('traces', tracesBody([root, producer]))
  const waiting = get<TraceJson>(`/api/traces/${traceId}?wait=complete&timeout=10s`)
  const isWaiting = await Promise.race([waiting.then(() => false), halted()])
  expect(isWaiting).toBe(true)
  const start = performance.now()
  await lens.send('traces', tracesBody([consumer]))
  const trace = await waiting
  expect(trace).toMatchObject({ complete: true, reasons: [] })
  expect(trace.spans).toHaveLength(3)
  expect(performance.now() - start).toBeGreaterThanOrEqual(39)

  /** Another wait that gives up: by then the first one has been at it as long. */
  async function halted(): Promise<boolean> {
    await get(`/api/traces/${traceId}?wait=complete&timeout=200ms`)
    return true
  }
})

test('waits for a trace of which nothing has come yet', async () => {
  const waiting = get<TraceJson>(`/api/traces/${traceId}?wait=complete&timeout=10s`)
  await lens.send('traces', tracesBody([root]))
  expect(await waiting).toMatchObject({ complete: true })
})

test('says at the end of the time what is missing', async () => {
  await lens.send('traces', tracesBody([producer]))
  const trace = await get<TraceJson>(`/api/traces/${traceId}?wait=complete&timeout=100ms`)
  expect(trace).toMatchObject({
    complete: false,
    reasons: [
      { code: 'no-root' },
      { code: 'missing-parent', parentSpanId: id(1), children: [id(2)] },
      { code: 'producer-without-consumer', spanId: id(2), name: 'send tasks' },
    ],
  })
})

test('takes the span of the caller as known', async () => {
  const called = { ...root, parentSpanId: id(99) }
  await lens.send('traces', tracesBody([called]))
  const trace = await get(`/api/traces/${traceId}?wait=complete&timeout=5s&parent=${id(99)}`)
  expect(trace).toMatchObject({ complete: true })
})

test('forgets those who wait and leave', async () => {
  const leave = new AbortController()
  const path = `/api/traces/${traceId}?wait=complete&timeout=60s`
  const asking = Array.from({ length: 256 }, () =>
    fetch(lens.pageUrl + path, { signal: leave.signal }).catch(() => 'left'),
  )
  const one = () => fetch(`${lens.pageUrl}/api/traces/${traceId}?wait=complete&timeout=1ms`)
  await expect.poll(async () => (await one()).status).toBe(503)
  leave.abort()
  await Promise.all(asking)
  await expect.poll(async () => (await one()).status).toBe(404)
})

test('lists the newest first and finds by words, service, status and attribute', async () => {
  const older = { ...root, traceId: 'c'.repeat(32), startMs: -1_000, name: 'POST /v1/search' }
  await lens.send('traces', tracesBody([root, producer, consumer, older]))
  const names = async (query: string) => {
    const { traces } = await get<TraceListJson>(`/api/traces?${query}`)
    return traces.map(({ name }) => name)
  }
  expect(await names('')).toEqual(['POST /v1/negotiate', 'POST /v1/search'])
  expect(await names('limit=1')).toEqual(['POST /v1/negotiate'])
  expect(await names('q=SEARCH')).toEqual(['POST /v1/search'])
  expect(await names('q=send+tasks')).toEqual(['POST /v1/negotiate'])
  expect(await names('q=status:error')).toEqual(['POST /v1/negotiate'])
  expect(await names('service=core')).toEqual(['POST /v1/negotiate'])
  expect(await names('q=service:gateway')).toHaveLength(2)
  expect(await names('q=bullmq.queue=tasks')).toEqual(['POST /v1/negotiate'])
  expect(await names('q=a.*b')).toEqual([])
  const { traces } = await get<TraceListJson>('/api/traces?limit=1')
  expect(traces[0]).toMatchObject({
    services: [
      { name: 'gateway', spans: 1, errors: 0 },
      { name: 'core', spans: 1, errors: 0 },
      { name: 'orchestrator', spans: 1, errors: 1 },
    ],
    spanCount: 3,
    errorCount: 1,
    logCount: 0,
    durationNs: 40e6,
    complete: true,
  })
})

test('lists logs outside any trace', async () => {
  await lens.send(
    'logs',
    logsBody([{ service: 'core', atMs: 1, severity: 'INFO', body: 'listening' }]),
  )
  expect(await get('/api/logs')).toMatchObject({
    logs: [{ service: 'core', severity: 'INFO', body: 'listening' }],
  })
})

test.each([
  ['/api/traces?limit=0', 400],
  ['/api/traces?limit=abc', 400],
  ['/api/traces/xyz', 400],
  ['/api/traces/%ff', 400],
  [`/api/traces/${traceId}?timeout=1h`, 400],
  [`/api/traces/${traceId}?wait=complete&timeout=61s`, 400],
  [`/api/traces/${traceId}?wait=soon`, 400],
  [`/api/traces/${traceId}`, 404],
  ['/api/nothing', 404],
  ['/page/../src/main.ts', 404],
  ['/traces/short', 404],
])('answers %s with %i and a problem', async (path, status) => {
  const response = await fetch(lens.pageUrl + path)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ status, detail: expect.any(String) })
})

test('empties the store on request', async () => {
  await lens.send('traces', tracesBody([root]))
  const response = await fetch(`${lens.pageUrl}/api/traces`, { method: 'DELETE' })
  expect(response.status).toBe(204)
  expect(await get('/api/traces')).toEqual({ traces: [], total: 0 })
})

/** `fetch` does not let a caller choose these headers. */
async function statusWith(headers: Record<string, string>, method = 'GET'): Promise<number> {
  const asking = request(`${lens.pageUrl}/api/traces`, { method, headers })
  asking.end()
  const [response] = await once(asking, 'response')
  response.resume()
  return response.statusCode
}

test('answers neither to foreign names nor to foreign pages', async () => {
  expect(await statusWith({ host: 'evil.example:8090' })).toBe(403)
  expect(await statusWith({ host: 'localhost.evil.example' })).toBe(403)
  expect(await statusWith({ host: 'localhost:8090' })).toBe(200)
  expect(await statusWith({ host: '[::1]:8090' })).toBe(200)
  const host = 'localhost:8090'
  expect(await statusWith({ host, origin: 'http://evil.example' }, 'DELETE')).toBe(403)
  expect(await statusWith({ host, origin: 'http://localhost:3000' })).toBe(403)
  expect(await statusWith({ host, origin: 'null' })).toBe(403)
  expect(await statusWith({ host, origin: 'http://localhost:8090' })).toBe(200)
})

test('sends the page with headers that let nothing foreign run', async () => {
  for (const path of ['/', `/traces/${traceId}`]) {
    const response = await fetch(lens.pageUrl + path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    await response.arrayBuffer()
  }
})

test('tells live pages what changed and lets go of them when they leave', async () => {
  const leave = new AbortController()
  const response = await fetch(`${lens.pageUrl}/api/events`, { signal: leave.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const readUntil = async (pattern: RegExp) => {
    let text = ''
    while (!pattern.test(text)) text += (await reader?.read())?.value ?? ''
    return text
  }
  await readUntil(/event: stats/)
  await lens.send('traces', tracesBody([root]))
  expect(await readUntil(/event: traces\ndata: .*\n\n/)).toContain('POST /v1/negotiate')
  lens.store.clear()
  expect(await readUntil(/"removed":\["/)).toContain(traceId)
  leave.abort()
})
