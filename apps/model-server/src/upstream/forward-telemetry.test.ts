// What a forwarded request tells, and to whom.
import type { RunningProcess } from '@throughline/process/testing'
import { buildTree } from '@throughline/trace-testing'
import { metricPointsOf } from '@throughline/trace-testing/receiver'
import '@throughline/trace-testing/vitest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  answer,
  begin,
  breakOff,
  chunk,
  done,
  event,
  type FaultyProvider,
  refuse,
  send,
  startFaultyProvider,
} from '../testing/faulty-provider.ts'
import { observeInEachTest } from '../testing/observe-in-each-test.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const callerSpanId = 'b7ad6b7169203331'
const key = 'sk-nasturtium'
const canary = 'tigerlily'

const observed = observeInEachTest()
let provider: FaultyProvider
beforeEach(async () => {
  provider = await startFaultyProvider()
})
afterEach(async () => {
  await provider[Symbol.asyncDispose]()
})

const startForwarding = (url = provider.url, env: Record<string, string> = {}) =>
  observed.start({ MODEL_PATH: 'none', UPSTREAM_URL: url, UPSTREAM_API_KEY: key, ...env })

/** After it, telemetry knows the provider's models. */
async function list(server: RunningProcess): Promise<void> {
  await (await fetch(`${server.address}/v1/models`)).text()
}

async function ask(server: RunningProcess, body: object = {}): Promise<string> {
  const response = await fetch(`${server.address}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${traceId}-${callerSpanId}-01`,
      baggage: 'throughline.fault=none',
    },
    body: JSON.stringify({
      model: 'far',
      messages: [{ role: 'user', content: canary }],
      stream: true,
      stream_options: { include_usage: true },
      ...body,
    }),
  })
  return response.text()
}

test('a forwarded request is a client span, and goes on in the server that answers', async () => {
  const far = await observed.start({ OTEL_SERVICE_NAME: 'far-server' })
  const near = await startForwarding(far.address)
  await list(near)
  const content = 'decide side:buyer round:1 ask:00450 offer:00396 limit:00400 gap:near tone:plain'
  const asked = { model: 'negotiator', messages: [{ role: 'user', content }], max_tokens: 5 }
  expect(await ask(near, asked)).toContain('[DONE]')
  await Promise.all([near.stop(), far.stop()])

  const tree = buildTree(observed.receiver.trace(traceId), { callers: [callerSpanId] })
  expect(tree).toMatchTree(
    `
    POST /v1/chat/completions          SERVER    model-server
    └ chat negotiator                  CLIENT    model-server  gen_ai.provider.name=openai  gen_ai.usage.output_tokens=5  * first token
      └ POST                           CLIENT    model-server
        └ POST /v1/chat/completions    SERVER    far-server    gen_ai.provider.name=throughline
          ├ queue                      INTERNAL  far-server
          ├ prefill                    INTERNAL  far-server
          └ decode                     INTERNAL  far-server    gen_ai.usage.output_tokens=5  * first token
    `,
    { attributes: ['gen_ai.provider.name', 'gen_ai.usage.output_tokens'], events: true },
  )
})

test('says who answered, with how many tokens and why it ended', async () => {
  provider.behave(answer('yes'))
  const server = await startForwarding()
  await list(server)
  await ask(server)
  expect(await server.stop()).toBe(0)
  const span = observed.receiver.spans.find(({ name }) => name === 'chat far')
  const { port } = new URL(provider.url)
  expect(span).toMatchObject({ kind: 'CLIENT', status: 'UNSET' })
  expect(span?.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'far',
    'gen_ai.request.stream': true,
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.response.model': 'far-2026',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 20,
    'gen_ai.usage.output_tokens': 9,
    'server.address': '127.0.0.1',
    'server.port': Number(port),
  })
  const line = server.lines.find(({ msg }) => msg === 'completion forwarded')
  const counts = { finishReason: 'stop', inputTokens: 20, outputTokens: 9 }
  expect(line).toMatchObject({ level: 'info', trace_id: traceId, model: 'far', ...counts })
})

test('an answer that the provider does not end is a failure of the request, which began well', async () => {
  const server = await startForwarding(undefined, { UPSTREAM_TOKEN_GAP_TIMEOUT_MS: '200' })
  provider.behave(begin(chunk('hello')), breakOff(chunk('hello')))
  expect(await ask(server)).toContain('"code":"timeout"')
  expect(await ask(server)).toContain('"code":"upstream_failed"')
  await server.stop()
  const ends = observed.receiver.spans
    .filter(({ kind, name }) => kind === 'SERVER' && name.startsWith('POST'))
    .map(({ status, attributes }) => [
      ...[status, attributes['http.response.status_code'], attributes['error.type']],
    ])
  expect(ends).toEqual([
    ['ERROR', 200, 'timeout'],
    ['ERROR', 200, 'upstream_failed'],
  ])
})

test('counts forwarded requests under the name of the provider, and models only when it lists them', async () => {
  const server = await startForwarding(undefined, { UPSTREAM_PROVIDER: 'far_away' })
  // A provider may answer to any name, and say that it is its own.
  const choices = [{ index: 0, delta: { content: 'yes' }, finish_reason: 'stop' }]
  for (const behaviour of [refuse(404), send(event({ model: 'made-up', choices }) + done)]) {
    provider.behave(behaviour)
    await ask(server, { model: 'made-up' })
    await list(server)
  }
  provider.behave(answer('yes'))
  await ask(server)
  expect(await server.stop()).toBe(0)

  const points = observed.receiver.requests
    .filter(({ path }) => path === '/v1/metrics')
    .flatMap(({ body }) => metricPointsOf(JSON.parse(body)))
  const seen = (name: string) => points.filter((point) => point.name === name)
  const labels = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'far_away' }
  const far = { ...labels, 'gen_ai.request.model': 'far' }
  const other = { ...labels, 'gen_ai.request.model': 'other' }
  expect(seen('gen_ai.server.request.duration').map(({ attributes }) => attributes)).toEqual(
    expect.arrayContaining([far, other, { ...other, 'error.type': '404' }]),
  )
  for (const name of ['time_to_first_token', 'time_per_output_token']) {
    expect(seen(`gen_ai.server.${name}`).map(({ attributes }) => attributes)).toContainEqual(far)
  }
  expect(seen('throughline.model.upstream_circuit').at(-1)?.value).toBe(0)
  const told = observed.told()
  expect(told).toContain('chat far')
  expect(told).not.toContain('made-up')
})

test('neither the key nor a word of a prompt, an answer or a refusal is told anywhere', async () => {
  const server = await startForwarding()
  const words = (status: number) => refuse(status, {}, `${canary} ${key}`)
  const behaviours = [
    answer(canary),
    send(`${chunk('ok')}data: {${canary}\n\n`),
    send(`${chunk('ok')}data: ${JSON.stringify({ error: { message: canary } })}\n\n`),
    send(canary, 'text/html'),
    send(`${canary} HTTP/1.1 200`, 'application/json'),
    ...[400, 401, 404, 500].map(words),
    words(429),
    words(429),
    words(429),
    (response: { socket: { end: (text: string) => unknown } | null }) =>
      response.socket?.end(`${canary} is no HTTP\r\n\r\n`),
  ]
  provider.behave(...behaviours)
  for (const _ of behaviours) await ask(server)
  await server.stop()
  const told = observed.told()
  expect(told).toContain('request failed')
  expect([canary, key].filter((word) => told.includes(word))).toEqual([])
  const levels = server.lines
    .filter(({ msg }) => msg === 'request failed')
    .map(({ level }) => level)
  // The one about the key is for somebody to look at.
  expect(levels.filter((level) => level === 'error')).toHaveLength(1)
})

test.each([
  ['a stranger is told no trace context', {}, []],
  [
    'one who is allowed to know is told',
    { TRACE_CONTEXT_HOSTS: '0.0.0.0' },
    ['traceparent', 'baggage'],
  ],
])('%s', async (_, env, expected) => {
  // Another name of this machine, which by its name alone is not one of ours.
  const outside = provider.url.replace('127.0.0.1', '0.0.0.0')
  const server = await startForwarding(outside, env)
  await ask(server)
  await server.stop()
  const { headers = {} } = provider.requests[0] ?? {}
  const context = ['traceparent', 'baggage', 'tracestate'].filter((name) => name in headers)
  expect(context).toEqual(expected)
  expect(observed.receiver.spans.map(({ name, kind }) => [name, kind])).toContainEqual([
    'POST',
    'CLIENT',
  ])
})

test('a stranger behind a proxy is told no more, and gets the key', async () => {
  const proxy = new URL(provider.url).origin
  const server = await startForwarding('http://partner.example/v1', { HTTP_PROXY: proxy })
  expect(await ask(server)).toContain('[DONE]')
  await server.stop()
  const { headers = {} } = provider.requests[0] ?? {}
  expect(headers).toMatchObject({ host: 'partner.example', authorization: `Bearer ${key}` })
  expect(headers).not.toHaveProperty('traceparent')
  expect(headers).not.toHaveProperty('baggage')
  const [post] = observed.receiver.spans.filter(({ name }) => name === 'POST')
  expect(post?.attributes['url.full']).toBe('http://partner.example/REDACTED')
})
