// A value that is still on its way is not yet a value to count from.

import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

/** Longer than from a call to its count: the services report every ten seconds, and so does the collector. */
const settledMs = 25_000
const deadlineMs = 120_000
const pollMs = 1_000

/** Resolves with what `read` gives, once it has given the same for a while. */
export async function settled<Value>(read: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + deadlineMs
  let value = await read()
  let changedAt = performance.now()
  while (performance.now() - changedAt < settledMs) {
    if (performance.now() > deadline) throw new Error('It does not come to rest')
    await delay(pollMs)
    const latest = await read()
    if (isDeepStrictEqual(latest, value)) continue
    value = latest
    changedAt = performance.now()
  }
  return value
}
