import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { logOutages } from './log-outages.ts'

test('says once that a connection is away and once that it is back, for each outage', () => {
  const lines: unknown[] = []
  const connection = new EventEmitter()
  logOutages(connection, 'redis', { warn: (facts, message) => lines.push({ ...facts, message }) })
  const refused = new Error('refused')
  connection.emit('ready')
  for (let outage = 0; outage < 2; outage++) {
    for (let attempt = 0; attempt < 3; attempt++) connection.emit('error', refused)
    connection.emit('ready')
  }
  const away = { connection: 'redis', err: refused, message: 'connection is away' }
  const back = { connection: 'redis', message: 'connection is back' }
  expect(lines).toEqual([away, back, away, back])
})
