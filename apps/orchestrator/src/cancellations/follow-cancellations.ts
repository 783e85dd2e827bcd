// Hears at once which tasks were cancelled. What is missed while the connection is away, the next heartbeat finds.
import { cancellationChannel } from '@throughline/contracts'
import type { Redis } from 'ioredis'

/** `redis` serves nothing else from then on: a connection that is subscribed takes no other commands. */
export function followCancellations(redis: Redis, onCancelled: (taskId: string) => void): void {
  redis.on('message', (_channel, taskId) => onCancelled(taskId))
  // A connection that ends says so itself.
  redis.subscribe(cancellationChannel).catch(() => {})
}
