// What is wrong with log records, and the nearest that is not.
import type { Attack } from './attacks.ts'
import { log } from './say.ts'

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
]
