import { setTimeout as sleep } from 'node:timers/promises'
import type { Load } from './control.ts'

const tickMs = 2

/**
 * Calls `once` so many times a second, whether or not what it began before has ended: a slow answer must not thin out
 * the load. Returns how often.
 */
export async function pace(
  { perSecond, seconds }: Load,
  once: () => void,
  signal?: AbortSignal,
): Promise<number> {
  const startedAt = performance.now()
  const total = Math.round(perSecond * seconds)
  let called = 0
  while (called < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond)
    for (; called < due; called++) once()
    await sleep(tickMs, undefined, { signal })
  }
  return total
}
