import { expect, test } from 'vitest'
import { lensSource, readLensTrace } from './lens-source.ts'

const span = {
  spanId: 'b',
  parentSpanId: 'a',
  name: 'GET /',
  kind: 'SERVER',
  service: 'shop',
  startNs: 1_000,
  durationNs: 2_000,
  status: { code: 'ERROR', message: 'no' },
  attributes: { 'http.route': '/' },
  events: [{ name: 'seen', timeNs: 1, attributes: {} }],
  links: [{ traceId: 't', spanId: 's', attributes: {} }],
}
const log = {
  timeNs: 1_500,
  spanId: null,
  service: 'shop',
  severity: 'info',
  body: { text: 'hi' },
  attributes: {},
}
const answer = {
  traceId: 'f00d',
  startTimeUnixNano: '1700000000000000000',
  droppedSpans: 0,
  reasons: [],
  spans: [span],
  logs: [log],
}

/** What the source asked for, and what it made of the response. */
async function ask(response: Response, waitMs = 0, callers: readonly string[] = []) {
  let url = ''
  const source = lensSource({
    baseUrl: 'http://127.0.0.1:8090',
    fetch: async (input) => {
      url = String(input)
      return response
    },
  })
  const signal = AbortSignal.timeout(1_000)
  return { trace: await source.getTrace('f00d', { waitMs, callers, signal }), url }
}

test('asks lens to wait only when there is time to wait', async () => {
  const { url } = await ask(Response.json(answer), 950.5)
  expect(url).toBe('http://127.0.0.1:8090/api/traces/f00d?wait=complete&timeout=951ms')
  expect((await ask(Response.json(answer))).url).toBe('http://127.0.0.1:8090/api/traces/f00d')
})

test('tells lens of one caller, and does not let it wait for the parents of several', async () => {
  const { url } = await ask(Response.json(answer), 950, ['c1'])
  expect(url).toContain('?wait=complete&timeout=950ms&parent=c1')
  expect((await ask(Response.json(answer), 950, ['c1', 'c2'])).url).not.toContain('?')
})

test('reads spans and logs with absolute times', () => {
  const { trace, losses } = readLensTrace(answer)
  expect(losses).toEqual([])
  expect(trace.spans).toEqual([
    {
      spanId: 'b',
      parentSpanId: 'a',
      name: 'GET /',
      kind: 'SERVER',
      service: 'shop',
      status: 'ERROR',
      startNanos: 1_700_000_000_000_001_000n,
      endNanos: 1_700_000_000_000_003_000n,
      attributes: { 'http.route': '/' },
      events: [{ name: 'seen', attributes: {} }],
      links: [{ traceId: 't', spanId: 's' }],
    },
  ])
  expect(trace.logs).toMatchObject([{ body: '{"text":"hi"}', spanId: undefined }])
})

test('reads a root, and an unspecified kind as INTERNAL', () => {
  const root = { ...span, parentSpanId: null, kind: 'UNSPECIFIED' }
  const { trace } = readLensTrace({ ...answer, spans: [root] })
  expect(trace.spans[0]).toMatchObject({ parentSpanId: undefined, kind: 'INTERNAL' })
})

test('passes on what lens admits to have lost', () => {
  const reasons = [{ code: 'evicted-in-part' }]
  expect(readLensTrace({ ...answer, droppedSpans: 2, reasons }).losses).toHaveLength(2)
})

test('takes 404 for a trace that has not arrived', async () => {
  expect((await ask(new Response('', { status: 404 }))).trace).toBeUndefined()
})

test('tells any other refusal as it came', async () => {
  await expect(ask(new Response('no such host', { status: 403 }))).rejects.toThrow(
    'answered 403: no such host',
  )
})

test.each([
  [{ ...answer, traceId: 1 }, 'traceId should be text, and is 1'],
  [{ ...answer, spans: {} }, 'spans should be a list'],
  [{ ...answer, spans: [{ ...span, kind: 'ROBOT' }] }, 'spans[0].kind should be one of INTERNAL'],
  [{ ...answer, spans: [{ ...span, status: 2 }] }, 'spans[0].status should be an object'],
  [{ ...answer, spans: [{ ...span, startNs: '1' }] }, 'spans[0].startNs should be a number'],
  [{ ...answer, logs: [{ ...log, spanId: 1 }] }, 'logs[0].spanId should be text'],
  [[], 'the answer should be an object'],
])('names the part of an answer that is not as expected: %#', (json, message) => {
  expect(() => readLensTrace(json)).toThrow(message)
})
