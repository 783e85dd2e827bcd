// What is wrong with metrics, and the nearest that is not.
import type { Attack } from './attacks.ts'
import { channels, duration, orders, uuid } from './say.ts'

export const metricAttacks: Attack[] = [
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
    what: 'a label whose ids are said to be few, and are many',
    good: orders({ 'order.press': uuid }),
    bad: (voice) => {
      for (const last of ['a', 'b', 'c', 'd', 'e']) {
        orders({ 'order.press': uuid.slice(0, -1) + last })(voice)
      }
    },
    kind: 'unbounded',
    signal: 'metric shop.orders',
    problem: 'label order.press has the most values',
  },
]
