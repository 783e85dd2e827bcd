// For each kind of finding what causes it, and the nearest that does not.
import { SpanKind } from '@opentelemetry/api'
import type { FindingKind } from '../check/findings.ts'
import {
  channels,
  duration,
  event,
  get,
  http,
  log,
  order,
  orders,
  request,
  type Say,
  uuid,
} from './say.ts'
import type { Speaker } from './speak.ts'

export interface Attack {
  readonly what: string
  readonly good: Say
  readonly bad: Say
  readonly kind: FindingKind
  readonly signal: string
  readonly problem: string
  readonly goodSpeaker?: Speaker
  readonly badSpeaker?: Speaker
}

export const attacks: Attack[] = [
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
    bad: log('warn', 'order o-1 refused', { orderId: 'o-1' }),
    kind: 'undeclared',
    signal: 'log "order o-1 refused"',
    problem: 'no declared log event',
  },
  {
    what: 'an undeclared field of a log record',
    good: log('warn', 'order refused', { 'order.id': 'o-1' }),
    bad: log('warn', 'order refused', { 'order.items': 1 }),
    kind: 'undeclared',
    signal: 'log "order refused"',
    problem: 'order.items is declared, but not here',
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
