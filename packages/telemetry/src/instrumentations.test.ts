// For the types of inject().
import type {} from '@throughline/embedded/vitest-setup'
import { expect, inject, test } from 'vitest'
import { readMetrics } from '../fixtures/read-metrics.ts'
import { draw, recordScript } from '../fixtures/record-script.ts'

test('carries one trace over HTTP, gRPC and HTTP, and leaves health checks and polls out', async () => {
  const { received } = await recordScript('hops')
  expect(draw(received)).toMatchInlineSnapshot(`
    "
    POST /near              SERVER    telemetry
    └ ask the middle        INTERNAL  telemetry
      └ test.Middle/Ask     CLIENT    telemetry
        └ test.Middle/Ask   SERVER    telemetry
          └ GET             CLIENT    telemetry
            └ GET /far/:id  SERVER    telemetry
    "
  `)
  expect(received.metricNames).toContain('http.server.request.duration')
  expect(received.metricNames).toContain('http.client.request.duration')
  expect(received.metricNames).toContain('rpc.client.call.duration')
  expect(received.metricNames).toContain('rpc.server.call.duration')
  expect(received.metricNames).toContain('nodejs.eventloop.utilization')
})

test('gives each log line the ids of its span and sends it once', async () => {
  const { received, stdout } = await recordScript('hops')
  const span = received.spans.find(({ name }) => name === 'GET /far/:id')
  const [line] = stdout.split('\n').map((text) => text && JSON.parse(text))
  expect(line).toMatchObject({
    level: 'info',
    name: 'hops',
    msg: 'reached',
    id: '1',
    trace_id: span?.traceId,
    span_id: span?.spanId,
  })
  expect(received.logs.filter(({ attributes }) => attributes.id === '1')).toEqual([
    {
      body: 'reached',
      severity: 'info',
      service: 'telemetry',
      attributes: { name: 'hops', id: '1' },
      timeNanos: expect.any(BigInt),
      traceId: span?.traceId,
      spanId: span?.spanId,
    },
  ])
})

test('records queries and commands below a parent, without their values', async () => {
  const args = [inject('postgresUrl'), inject('redisUrl')]
  const { received } = await recordScript('stores', { args })
  expect(draw(received)).toMatchInlineSnapshot(`
    "
    use stores                     INTERNAL  telemetry
    ├ pg.query:SELECT throughline  CLIENT    telemetry
    ├ pg.query:VALUES throughline  CLIENT    telemetry
    └ set                          CLIENT    telemetry
    "
  `)
  const statements = received.spans.flatMap(({ attributes }) => attributes['db.query.text'] ?? [])
  expect(statements).toEqual(['SELECT $1::text AS private', 'VALUES(?, ?, ?)', 'set'])
  // An operation is in upper case in metrics.
  expect(JSON.stringify(received.requests).toLowerCase()).not.toContain('private ')

  const { hostname, port, pathname } = new URL(inject('postgresUrl'))
  const durations = readMetrics(received).filter(
    ({ name, attributes }) =>
      name === 'db.client.operation.duration' && attributes['db.system.name'] === 'postgresql',
  )
  expect(durations.map(({ attributes, value }) => [attributes, value])).toEqual(
    ['SELECT', 'VALUES'].map((operation) => [
      {
        'db.system.name': 'postgresql',
        'db.namespace': pathname.slice(1),
        'server.address': hostname,
        'server.port': port,
        'db.operation.name': operation,
      },
      // What is not recorded is measured all the same.
      2,
    ]),
  )
})

test('a query that waited for its connection is in the trace of its caller', async () => {
  const { received } = await recordScript('waiting-queries', { args: [inject('postgresUrl')] })
  expect(draw(received)).toMatchInlineSnapshot(`
    "
    ask first                      INTERNAL  telemetry
    └ pg.query:SELECT throughline  CLIENT    telemetry

    ask last                      INTERNAL  telemetry
    └ pg.query:TABLE throughline  CLIENT    telemetry
    "
  `)
})

test('records chats and their tokens, not their words, however they end', async () => {
  const { received } = await recordScript('chats')
  expect(draw(received)).toMatchInlineSnapshot(`
    "
    ask           INTERNAL  telemetry
    └ chat whole  CLIENT    telemetry
      └ POST      CLIENT    telemetry

    listen           INTERNAL  telemetry
    └ chat streamed  CLIENT    telemetry
      └ POST         CLIENT    telemetry

    stop listening    INTERNAL  telemetry
    └ chat abandoned  CLIENT    telemetry
      └ POST          CLIENT    telemetry

    be cut off       INTERNAL  telemetry  ERROR
    └ chat hangs-up  CLIENT    telemetry  ERROR
      └ POST         CLIENT    telemetry  ERROR

    ask twice       INTERNAL  telemetry
    └ chat twofold  CLIENT    telemetry
      └ POST        CLIENT    telemetry
    "
  `)
  expect(JSON.stringify(received.requests)).not.toContain('private ')
  expect(received.logs).toEqual([])
  for (const name of ['chat whole', 'chat streamed']) {
    expect(received.spans.find((span) => span.name === name)).toMatchObject({
      attributes: { 'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.output_tokens': 2 },
    })
  }
  expect(received.metricNames).toContain('gen_ai.client.operation.duration')
  expect(received.metricNames).toContain('gen_ai.client.token.usage')
})
