import type { Retries } from './node.ts'

/**
 * Exponential backoff with full jitter: anything from nothing to the limit, which doubles with each failure, so that
 * those who failed together do not come back together.
 */
export function retryDelayMs(
  { firstDelayMs, maxDelayMs = 10_000 }: Retries,
  failures: number,
  random: () => number = Math.random,
): number {
  const limitMs = Math.min(firstDelayMs * 2 ** (failures - 1), maxDelayMs)
  return Math.floor(random() * limitMs)
}
