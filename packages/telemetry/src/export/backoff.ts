// How long to wait before a batch is sent again.
import { firstPauseMs, longestPauseMs, pauseJitter } from './queue-size.ts'

/** A receiver that comes back is not met by all its senders at once, hence the jitter. */
export function pauseAfter(attempt: number, retryAfterMs = 0, random = Math.random): number {
  const pauseMs = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs)
  const jitter = 1 + pauseJitter * (2 * random() - 1)
  return Math.max(pauseMs * jitter, retryAfterMs)
}
