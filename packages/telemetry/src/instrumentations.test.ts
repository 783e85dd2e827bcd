// For the types of inject().
import type {} from '@throughline/embedded/vitest-setup'
import { expect, inject, test } from 'vitest'
import { outline } from '../fixtures/outline.ts'
import { recordScript } from '../fixtures/record-script.ts'

test('carries one trace over HTTP, gRPC and HTTP, and leaves health checks and polls out', async () => {
  const { spans, metricNames } = await recordScript('hops')
  expect(outline(spans)).toMatchInlineSnapshot(`
    "POST /near SERVER
      ask the middle INTERNAL
        grpc.test.Middle/Ask CLIENT
          grpc.test.Middle/Ask SERVER
            GET CLIENT
              GET /far/:id SERVER"
  `)
  expect(metricNames).toContain('http.server.request.duration')
  expect(metricNames).toContain('http.client.request.duration')
  expect(metricNames).toContain('nodejs.eventloop.utilization')
})

test('gives each log line the ids of its span and sends it once', async () => {
  const { spans, logs, stdout } = await recordScript('hops')
  const span = spans.find(({ name }) => name === 'GET /far/:id')
  const [line] = stdout.split('\n').map((text) => text && JSON.parse(text))
  expect(line).toMatchObject({
    level: 'info',
    name: 'hops',
    msg: 'reached',
    id: '1',
    trace_id: span?.traceId,
    span_id: span?.spanId,
  })
  expect(logs.filter(({ attributes }) => attributes.id === '1')).toEqual([
    {
      body: 'reached',
      severityText: 'info',
      attributes: { name: 'hops', id: '1' },
      traceId: span?.traceId,
    },
  ])
})

test('records queries and commands below a parent, without their values', async () => {
  const args = [inject('postgresUrl'), inject('redisUrl')]
  const { spans, metricNames } = await recordScript('stores', { args })
  expect(outline(spans)).toMatchInlineSnapshot(`
    "use stores INTERNAL
      pg.query:SELECT throughline CLIENT
      set CLIENT"
  `)
  expect(JSON.stringify(spans)).not.toContain('private ')
  expect(metricNames).toContain('db.client.operation.duration')
})

test('records chats and their tokens, not their words, however they end', async () => {
  const { spans, logs, metricNames } = await recordScript('chats')
  expect(outline(spans)).toMatchInlineSnapshot(`
    "ask INTERNAL
      chat whole CLIENT
        POST CLIENT
    be cut off INTERNAL ERROR
      chat hangs-up CLIENT ERROR
        POST CLIENT ERROR
    listen INTERNAL
      chat streamed CLIENT
        POST CLIENT
    stop listening INTERNAL
      chat abandoned CLIENT
        POST CLIENT"
  `)
  expect(JSON.stringify(spans)).not.toContain('private ')
  expect(logs).toEqual([])
  for (const name of ['chat whole', 'chat streamed']) {
    expect(spans.find((span) => span.name === name)).toMatchObject({
      attributes: { 'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.output_tokens': 2 },
    })
  }
  expect(metricNames).toContain('gen_ai.client.operation.duration')
  expect(metricNames).toContain('gen_ai.client.token.usage')
})
