import { expect, test } from 'vitest'
import { buildTree } from './build-tree.ts'
import { span } from './expected-span.ts'
import type { Trace, TraceSpan } from './trace.ts'
import { orderTrace, traceOf } from './trace-fixture.ts'
import './vitest.ts'

const drawing = `
  POST /orders           SERVER    shop    http.response.status_code=202
  ├ send orders          PRODUCER  shop
  │ └ process orders     CONSUMER  worker
  │   ├ run              INTERNAL  worker  → run
  │   └ run              INTERNAL  worker  ERROR
  └ INSERT               CLIENT    shop
`
const shown = { attributes: ['http.response.status_code'] }

const structure = span('POST /orders', {
  kind: 'SERVER',
  service: 'shop',
  attributes: { 'http.response.status_code': 202 },
  children: [
    span('INSERT', { attributes: { 'db.query.text': /^INSERT/ } }),
    span('send orders', {
      children: [
        span('process orders', {
          children: [span('run', { links: ['run'] }), span('run', { status: 'ERROR' })],
        }),
      ],
    }),
  ],
})

/** The trace with one of its spans changed. */
function changed(name: string, change: Partial<TraceSpan>): Trace {
  const index = orderTrace.spans.findLastIndex((each) => each.name === name)
  return {
    ...orderTrace,
    spans: orderTrace.spans.map((each, at) => (at === index ? { ...each, ...change } : each)),
  }
}

function failure(assert: () => void): string {
  try {
    assert()
  } catch (err) {
    return (err as Error).message
  }
  throw new Error('The assertion held')
}

test('toMatchTree accepts the tree as text and as a structure, siblings in any order', () => {
  expect(orderTrace).toMatchTree(drawing, shown)
  expect(buildTree(orderTrace)).toMatchTree(structure)
  expect(orderTrace).not.toMatchTree('GET /orders  SERVER  shop')
})

test.each<[string, string, Partial<TraceSpan>]>([
  ['name', 'INSERT', { name: 'UPDATE' }],
  ['kind', 'POST /orders', { kind: 'CLIENT' }],
  ['service', 'POST /orders', { service: 'till' }],
  ['status', 'send orders', { status: 'ERROR' }],
  ['attribute', 'POST /orders', { attributes: { 'http.response.status_code': 500 } }],
  ['missing attribute', 'POST /orders', { attributes: {} }],
  ['parent', 'process orders', { parentSpanId: 'span-1' }],
  ['lost parent', 'process orders', { parentSpanId: 'nowhere' }],
  ['missing link', 'run', { links: [] }],
  ['link to another span', 'run', { links: [{ traceId: 'trace-1', spanId: 'span-4' }] }],
  ['link out of the trace', 'run', { links: [{ traceId: 'trace-2', spanId: 'span-5' }] }],
  ['extra link', 'INSERT', { links: [{ traceId: 'trace-1', spanId: 'span-1' }] }],
])('toMatchTree fails on another %s', (_, name, change) => {
  expect(failure(() => expect(changed(name, change)).toMatchTree(drawing, shown))).toMatch(/^\+/m)
  expect(failure(() => expect(changed(name, change)).toMatchTree(structure))).toMatch(/^\+/m)
})

test('toMatchTree fails on a missing, an extra and a doubled span', () => {
  const { spans } = orderTrace
  const extra = { ...spans[1], spanId: 'span-9' } as TraceSpan
  expect({ ...orderTrace, spans: spans.slice(0, -1) }).not.toMatchTree(structure)
  expect({ ...orderTrace, spans: [...spans, extra] }).not.toMatchTree(structure)
  expect({ ...orderTrace, spans: [...spans, extra] }).not.toMatchTree(drawing, shown)
  expect({ ...orderTrace, spans: [...spans, extra] }).toMatchTree(structure, { allowExtra: true })
  expect({ ...orderTrace, spans: [] }).not.toMatchTree(structure, { allowExtra: true })
})

test('toMatchTree shows both trees in one, with what differs marked', () => {
  const trace = traceOf({
    name: 'POST /orders',
    kind: 'SERVER',
    children: [
      { name: 'check', children: [{ name: 'SELECT', children: [{ name: 'BEGIN' }] }] },
      { name: 'send orders', kind: 'PRODUCER', status: 'ERROR' },
      { name: 'SELECT', kind: 'CLIENT' },
    ],
  })
  const message = failure(() =>
    expect(trace).toMatchTree(`
      POST /orders        SERVER    shop
      ├ check             INTERNAL  shop
      │ └ SELECT          INTERNAL  shop
      │   └ BEGIN         INTERNAL  shop
      ├ send orders       PRODUCER  shop
      │ └ process orders  CONSUMER  worker
      └ audit             INTERNAL  shop
    `),
  )
  expect(message).toBe(
    `The trace has another tree (- expected but not there, + there but not expected):

  POST /orders        SERVER    shop
  ├ check             INTERNAL  shop    (2 below as expected)
- ├ send orders       PRODUCER  shop
+ ├ send orders       PRODUCER  shop    ERROR
- │ └ process orders  CONSUMER  worker
- ├ audit             INTERNAL  shop
+ └ SELECT            CLIENT    shop`,
  )
})

test('toMatchTree says of a line that it is no span, and tells a text from a number', () => {
  expect(failure(() => expect(orderTrace).toMatchTree('POST /orders SERVER shop'))).toContain(
    'Not a span: a line says name, kind and service, two spaces apart:\nPOST /orders SERVER shop',
  )
  const trace = traceOf({ name: 'GET', kind: 'SERVER', attributes: { status: 200 } })
  const message = failure(() =>
    expect(trace).toMatchTree(span('GET', { kind: 'SERVER', attributes: { status: '200' } })),
  )
  expect(message).toContain('status="200"')
  expect(message).toContain('status=200')
})

test('toMatchTree lets a loose expectation give way to a strict one', () => {
  const trace = traceOf(
    { name: 'call', kind: 'CLIENT', attributes: { to: 'a' } },
    { name: 'call', kind: 'CLIENT', attributes: { to: 'b' } },
  )
  const loose = span('call')
  const strict = span('call', { attributes: { to: (value) => value === 'a' } })
  expect(trace).toMatchTree([loose, strict])
  expect(trace).toMatchTree([strict, loose])
  expect(trace).not.toMatchTree([strict, strict])
})

test('toMatchTree and toHaveNoOrphans know the caller', () => {
  const trace = traceOf({ name: 'served', parentSpanId: 'caller' })
  expect(trace).not.toMatchTree(span('served'))
  expect(trace).toMatchTree(span('served'), { callers: ['caller'] })
  expect(trace).toHaveNoOrphans({ callers: ['caller'] })
  expect(failure(() => expect(trace).toHaveNoOrphans())).toContain('served (INTERNAL, shop)')
  expect(failure(() => expect(orderTrace).not.toHaveNoOrphans())).toContain('some should not')
})

test('toHaveCompleteLogs fails when a record names no span of the trace', () => {
  const record = { service: 'shop', timeNanos: 0n, severity: 'info', body: 'hi', attributes: {} }
  expect({ ...orderTrace, logs: [{ ...record, spanId: 'span-1' }] }).toHaveCompleteLogs()
  const stray = { ...orderTrace, logs: [{ ...record, spanId: 'elsewhere' }] }
  expect(failure(() => expect(stray).toHaveCompleteLogs())).toContain('shop logged "hi"')
})

test('a matcher refuses what is no trace', () => {
  expect(() => expect('trace').toMatchTree(span('a'))).toThrow(TypeError)
})
