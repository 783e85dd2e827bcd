// What is wrong with log records, and the nearest that is not.
import type { Attack } from './attacks.ts'
import { log, named } from './say.ts'

export const logAttacks: Attack[] = [
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
    what: 'an event of an undeclared name',
    good: named('order.packed'),
    bad: named('order.burnt'),
    kind: 'undeclared',
    signal: 'event order.burnt',
    problem: 'no declared event has this name',
  },
  {
    what: 'an event without what it must have',
    good: named('order.packed'),
    bad: ({ tell }) => tell('order.packed', {}),
    kind: 'lacking',
    signal: 'event order.packed',
    problem: 'order.id is required',
  },
  {
    what: 'a map where none is declared',
    good: named('order.packed', { 'order.parcel': [{ item: 'bell', parts: [{ left: 1 }] }] }),
    bad: named('order.packed', { 'order.id': { year: 1 } }),
    kind: 'wrong type',
    signal: 'event order.packed',
    problem: 'order.id is map, and declared as string',
  },
  {
    what: 'an event of another service than declared',
    good: named('order.packed'),
    bad: named('order.packed'),
    badSpeaker: { service: 'kiosk' },
    kind: 'wrong emitter',
    signal: 'event order.packed',
    problem: 'is declared for shop',
  },
]
