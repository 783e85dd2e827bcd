// What processes say through the SDK, held against the registry of a shop.
import { join } from 'node:path'
import { decodeOtlp, type Otlp, startOtlpServer } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { loadRegistry } from '../load-registry.ts'
import { attacks } from '../testing/attacks.ts'
import {
  duration,
  event,
  get,
  http,
  log,
  order,
  orders,
  request,
  type Say,
} from '../testing/say.ts'
import { type Speaker, speak } from '../testing/speak.ts'
import { createLiveCheck } from './live-check.ts'

const registry = loadRegistry(join(import.meta.dirname, '../../fixtures/shop'))

async function check(...speeches: [Say, Speaker?][]) {
  const live = createLiveCheck(registry)
  const server = await startOtlpServer((request) => live.take(decodeOtlp(request)))
  onTestFinished(() => server.stop())
  for (const [say, speaker] of speeches) await speak(server.url, say, speaker)
  return live
}

test.each(attacks)('live check: $what is found ($kind)', async (attack) => {
  const { bad, badSpeaker, kind, signal, problem } = attack
  const { list } = (await check([bad, badSpeaker])).findings()
  const { service = 'shop', scope = 'shop-code' } = badSpeaker ?? {}
  expect(list.filter((finding) => finding.kind === kind)).toEqual([
    expect.objectContaining({
      service,
      scope: signal === 'resource' ? '' : scope,
      signal,
      problem: expect.stringContaining(problem),
      advice: expect.stringMatching(/.{10}/),
    }),
  ])
})

test.each(attacks)('live check: the nearest to $what is fine', async ({ good, goodSpeaker }) => {
  expect((await check([good, goodSpeaker])).findings().list).toEqual([])
})

test.each([
  ['a uuid', 'GET /orders/0d5cbd5c-3a1f-4b66-9c3e-6a3f2a1f0b7d', 'GET /orders/{id}'],
  ['hex', 'GET /orders/4bf92f3577b34da6', 'GET /orders/{id}'],
  ['a number', 'GET /orders/17', 'GET /orders/{id}'],
  ['an id with a prefix', 'look at lst_7k2x9w1q', 'look at {id}'],
])(
  'live check: a span whose name contains %s is found, once for all ids',
  async (_, name, masked) => {
    const { list } = (await check([request(name, get), http])).findings()
    expect(list.map(({ kind, signal }) => [kind, signal])).toEqual([
      ['undeclared', `server span ${masked}`],
      ['id in name', `server span ${masked}`],
    ])
  },
)

test('live check: a route that holds an id is found, though the name is as declared', async () => {
  const attributes = { ...get, 'http.route': '/orders/17' }
  const { list } = (await check([request('GET /orders/17', attributes), http])).findings()
  expect(list).toMatchObject([{ kind: 'id in name', example: 'GET /orders/17' }])
})

test('live check: the value of an id attribute is found in the name of another span', async () => {
  const live = await check([
    ({ tracer }) => {
      tracer.startSpan('pack gift-box-9').end()
      tracer.startSpan('pack gift-box-0').end()
      tracer.startSpan('take order', { attributes: { 'order.id': 'gift-box-9' } }).end()
    },
  ])
  const found = live.findings().list.filter(({ kind }) => kind === 'id in name')
  expect(found).toMatchObject([{ signal: 'internal span pack gift-box-9' }])
})

test('live check: names with versions, models, addresses and methods hold no id', async () => {
  const names = [
    'shop.v1.OrderService/Take',
    'chat gpt-4.1-mini',
    'connect 127.0.0.1',
    'process deadbeef',
    'POST /v2/orders/:id',
  ]
  const live = await check(...names.map((name): [Say] => [order({}, name)]))
  const { list } = live.findings()
  expect(list.filter(({ kind }) => kind === 'id in name')).toEqual([])
  expect(list).toHaveLength(names.length)
})

test('live check: what happens a thousand times is one finding with its count', async () => {
  const live = await check([
    (voice) => {
      for (let index = 0; index < 1_000; index++) order({ 'order.itemz': index })(voice)
    },
  ])
  expect(live.findings().list).toMatchObject([{ count: 1_000, example: '0' }])
  expect(live.seen).toMatchObject({ spans: 1_000, services: ['shop'] })
})

test('live check: a stream that invents names without end is cut off and counted', async () => {
  const letters = (value: number) => [...`${value}`].map((digit) => 'abcdefghij'[Number(digit)])
  const spans = Array.from({ length: 1_200 }, (_, index) => ({
    traceId: '',
    spanId: '',
    name: `span ${letters(index).join('')}`,
  }))
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const otlp: Otlp = { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }
  const live = createLiveCheck(registry)
  live.take(otlp)
  const { list, omitted } = live.findings()
  expect(list).toHaveLength(1_000)
  expect(omitted).toBe(200)
})

test('live check: series are bounded for each process, not for all of them together', async () => {
  const both = (instance: string): Speaker => ({ resource: { 'service.instance.id': instance } })
  const state: (state: string) => Say = (state) => (voice) => {
    for (const channel of ['a', 'b', 'c', 'd']) {
      orders({ 'order.channel': channel, 'order.state': state })(voice)
    }
  }
  const apart = await check([state('open'), both('one')], [state('shut'), both('two')])
  expect(apart.findings().list).toEqual([])
  const together = await check([state('open'), both('one')], [state('shut'), both('one')])
  expect(together.findings().list).toMatchObject([{ kind: 'unbounded' }])
})

test('nothing declared is missing, but what says why', async () => {
  const all: [Say, Speaker?][] = [
    [event('order taken')],
    [orders({})],
    [duration([0.1, 1, 10])],
    [log('warn', 'order refused')],
    [request('GET /orders', get), http],
    [request('GET /orders', get), { service: 'kiosk', ...http }],
  ]
  const missing = async (speeches: typeof all) =>
    (await check(...speeches)).missing().map(({ signal, services }) => [signal.id, ...services])
  expect(await missing(all)).toEqual([])
  expect(await missing(all.slice(1, -1))).toEqual([
    ['span.order', 'shop'],
    ['span.request', 'kiosk'],
    ['event.order.taken', 'shop'],
  ])
})

test('the words of a chat, which a run of the whole system keeps to itself, are declared as they are sent', async () => {
  const live = createLiveCheck(loadRegistry())
  const server = await startOtlpServer((request) => live.take(decodeOtlp(request)))
  onTestFinished(() => server.stop())
  const message = { role: 'user', parts: [{ type: 'text', content: 'hello' }] }
  const say: Say = ({ tell }) =>
    tell('gen_ai.client.inference.operation.details', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'negotiator',
      'gen_ai.input.messages': [message],
      'gen_ai.output.messages': [{ ...message, role: 'assistant', finish_reason: 'stop' }],
    })
  await speak(server.url, say, { service: 'orchestrator' })
  expect(live.seen.logs).toBe(1)
  expect(live.findings().list).toEqual([])
})
