// A connection that comes back by itself, as that of ioredis does, emits an error at every attempt. One line for the
// whole outage is enough, and one for its end.
import type { EventEmitter } from 'node:events'

export interface OutageLogger {
  warn(facts: object, message: string): void
}

export function logOutages(connection: EventEmitter, name: string, logger: OutageLogger): void {
  let away = false
  connection.on('error', (err) => {
    if (!away) logger.warn({ err, connection: name }, 'connection is away')
    away = true
  })
  connection.on('ready', () => {
    if (away) logger.warn({ connection: name }, 'connection is back')
    away = false
  })
}
