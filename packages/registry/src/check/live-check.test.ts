// Each kind of finding: what a process says through the SDK that causes it, and the nearest that does not.
import { join } from 'node:path'
import { type Attributes, SpanKind } from '@opentelemetry/api'
import { decodeOtlp, type Otlp, startOtlpServer } from '@throughline/trace-testing/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { loadRegistry } from '../load-registry.ts'
import { type Speaker, speak, type Voice } from '../testing/speak.ts'
import type { FindingKind } from './findings.ts'
import { createLiveCheck } from './live-check.ts'

const registry = loadRegistry(join(import.meta.dirname, '../../fixtures/shop'))

type Say = (voice: Voice) => void

async function check(...speeches: [Say, Speaker?][]) {
  const live = createLiveCheck(registry)
  const server = await startOtlpServer((request) => live.take(decodeOtlp(request)))
  onTestFinished(() => server.stop())
  for (const [say, speaker] of speeches) await speak(server.url, say, speaker)
  return live
}

const order =
  (attributes: Attributes = {}, name = 'take order'): Say =>
  ({ tracer }) => {
    const all = { 'order.id': 'o-1', ...attributes }
    tracer.startSpan(name, { attributes: all }).end()
  }

const request =
  (name: string, attributes: Attributes): Say =>
  ({ tracer }) =>
    tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }).end()

const event =
  (name: string, attributes: Attributes = {}): Say =>
  ({ tracer }) =>
    tracer
      .startSpan('take order', { attributes: { 'order.id': 'o-1' } })
      .addEvent(name, attributes)
      .end()

const orders =
  (labels: Attributes, name = 'shop.orders', unit = '{order}'): Say =>
  ({ meter }) =>
    meter.createCounter(name, { unit }).add(1, labels)

const duration =
  (explicitBucketBoundaries: number[]): Say =>
  ({ meter }) =>
    meter
      .createHistogram('shop.order.duration', { unit: 's', advice: { explicitBucketBoundaries } })
      .record(0.5)

const channels =
  (count: number): Say =>
  ({ meter }) => {
    const counter = meter.createCounter('shop.orders', { unit: '{order}' })
    for (let index = 0; index < count; index++) {
      counter.add(1, { 'order.channel': `channel ${'abcdefgh'[index]}`, 'order.state': 'open' })
    }
  }

const log =
  (severity: string, message: string, attributes = {}): Say =>
  ({ log }) =>
    log(severity, message, attributes)

interface Attack {
  readonly what: string
  readonly good: Say
  readonly bad: Say
  readonly kind: FindingKind
  readonly signal: string
  readonly problem: string
  readonly goodSpeaker?: Speaker
  readonly badSpeaker?: Speaker
}

const get = { 'http.request.method': 'GET', 'http.route': '/orders' }
const http = { scope: 'shop-http' }
const uuid = '0d5cbd5c-3a1f-4b66-9c3e-6a3f2a1f0b7d'

const attacks: Attack[] = [
  {
    what: 'an undeclared span',
    good: order(),
    bad: order({}, 'grab order'),
    kind: 'undeclared',
    signal: 'internal span grab order',
    problem: 'no declared span',
  },
  {
    what: 'a span of another kind than declared',
    good: order(),
    bad: ({ tracer }) =>
      tracer
        .startSpan('take order', { kind: SpanKind.CLIENT, attributes: { 'order.id': 'o-1' } })
        .end(),
    kind: 'undeclared',
    signal: 'client span take order',
    problem: 'declared as internal, not as client',
  },
  {
    what: 'a span named after another route than its own',
    good: request('GET /orders', get),
    bad: request('GET /order', get),
    goodSpeaker: http,
    badSpeaker: http,
    kind: 'undeclared',
    signal: 'server span GET /order',
    problem: 'no declared span',
  },
  {
    what: 'an undeclared attribute',
    good: order({ 'order.items': 1 }),
    bad: order({ 'order.itemz': 1 }),
    kind: 'undeclared',
    signal: 'internal span take order',
    problem: 'attribute order.itemz is not declared',
  },
  {
    what: 'an attribute where it is not declared',
    good: order(),
    bad: order({ 'order.channel': 'web' }),
    kind: 'undeclared',
    signal: 'internal span take order',
    problem: 'attribute order.channel is declared, but not here',
  },
  {
    what: 'a required attribute that is not there',
    good: order(),
    bad: ({ tracer }) => tracer.startSpan('take order').end(),
    kind: 'lacking',
    signal: 'internal span take order',
    problem: 'order.id is required',
  },
  {
    what: 'an undeclared event',
    good: event('order taken', { 'order.items': 2 }),
    bad: event('order eaten'),
    kind: 'undeclared',
    signal: 'event order eaten on internal span take order',
    problem: 'no declared event',
  },
  {
    what: 'an event on a span that is not declared to have it',
    good: event('order taken'),
    bad: event('order lost'),
    kind: 'undeclared',
    signal: 'event order lost on internal span take order',
    problem: 'not on this span',
  },
  {
    what: 'an undeclared attribute of an event',
    good: event('order taken', { 'order.items': 2 }),
    bad: event('order taken', { 'order.id': 'o-1' }),
    kind: 'undeclared',
    signal: 'event order taken on internal span take order',
    problem: 'order.id is declared, but not here',
  },
  {
    what: 'an undeclared attribute of a resource',
    good: order(),
    bad: order(),
    badSpeaker: { resource: { 'host.password': 'x' } },
    kind: 'undeclared',
    signal: 'resource',
    problem: 'attribute host.password is not declared',
  },
  {
    what: 'an undeclared metric',
    good: orders({ 'order.state': 'open' }),
    bad: orders({ 'order.state': 'open' }, 'shop.order'),
    kind: 'undeclared',
    signal: 'metric shop.order',
    problem: 'no declared metric',
  },
  {
    what: 'an undeclared label',
    good: orders({ 'order.channel': 'web' }),
    bad: orders({ channel: 'web' }),
    kind: 'undeclared',
    signal: 'metric shop.orders',
    problem: 'attribute channel is not declared',
  },
  {
    what: 'an undeclared log message',
    good: log('warn', 'order refused', { 'order.id': 'o-1' }),
    bad: log('warn', 'order o-1 refused'),
    kind: 'undeclared',
    signal: 'log "order o-1 refused"',
    problem: 'no declared log event',
  },
  {
    what: 'another severity than declared',
    good: log('warn', 'order refused'),
    bad: log('fatal', 'order refused'),
    kind: 'wrong severity',
    signal: 'log "order refused"',
    problem: 'fatal, and declared as warn',
  },
  {
    what: 'text where an int is declared',
    good: order({ 'order.items': 3 }),
    bad: order({ 'order.items': '3' }),
    kind: 'wrong type',
    signal: 'internal span take order',
    problem: 'order.items is string, and declared as int',
  },
  {
    what: 'a double where an int is declared',
    good: order({ 'order.weight': 3 }),
    bad: order({ 'order.items': 3.5 }),
    kind: 'wrong type',
    signal: 'internal span take order',
    problem: 'order.items is double, and declared as int',
  },
  {
    what: 'a list of something else',
    good: order({ 'order.tags': [] }),
    bad: order({ 'order.tags': [1, 2] }),
    kind: 'wrong type',
    signal: 'internal span take order',
    problem: 'order.tags is int[], and declared as string[]',
  },
  {
    what: 'a value outside its closed set',
    good: order({ 'order.state': 'shut' }),
    bad: order({ 'order.state': 'ajar' }),
    kind: 'wrong value',
    signal: 'internal span take order',
    problem: 'order.state has a value outside its closed set: open, shut',
  },
  {
    what: 'another unit',
    good: orders({}),
    bad: orders({}, 'shop.orders', '1'),
    kind: 'wrong unit',
    signal: 'metric shop.orders',
    problem: 'its unit is 1, and declared as {order}',
  },
  {
    what: 'another instrument',
    good: orders({}),
    bad: ({ meter }) => meter.createUpDownCounter('shop.orders', { unit: '{order}' }).add(1),
    kind: 'wrong instrument',
    signal: 'metric shop.orders',
    problem: 'its instrument is updowncounter, and declared as counter',
  },
  {
    what: 'other buckets',
    good: duration([0.1, 1, 10]),
    bad: duration([0.1, 1, 5]),
    kind: 'wrong buckets',
    signal: 'metric shop.order.duration',
    problem: 'not the declared 0.1, 1, 10',
  },
  {
    what: 'more series than declared',
    good: channels(4),
    bad: channels(5),
    kind: 'unbounded',
    signal: 'metric shop.orders',
    problem: 'more series of it than the 4 declared; label order.channel has the most values',
  },
  {
    what: 'an id as a label',
    good: orders({ 'order.channel': 'booth 7' }),
    bad: orders({ 'order.channel': uuid }),
    kind: 'unbounded',
    signal: 'metric shop.orders',
    problem: 'label order.channel has an id as its value',
  },
  {
    what: 'another service than declared',
    good: order(),
    bad: order(),
    badSpeaker: { service: 'kiosk' },
    kind: 'wrong emitter',
    signal: 'internal span take order',
    problem: 'declared for shop, not for kiosk',
  },
  {
    what: 'another library than declared',
    good: request('GET /orders', get),
    bad: request('GET /orders', get),
    goodSpeaker: { service: 'kiosk', ...http },
    kind: 'wrong emitter',
    signal: 'server span GET /orders',
    problem: 'declared for the library shop-http, and sent by shop-code',
  },
]

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
