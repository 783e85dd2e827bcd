// A call to core that is worth repeating: core may be restarting, and what is sent twice counts once.
import { setTimeout as sleep } from 'node:timers/promises'
import { type TaskError, throwIfCancelled, toTaskError } from '../errors.ts'

export interface Patience {
  readonly forMs: number
  readonly signal: AbortSignal
}

const waitMs = { first: 100, most: 2_000 }

/** Until core answers, for as long as there is patience, or until it is stopped. `onWait` hears of it once. */
export async function insist<Answer>(
  call: () => Promise<Answer>,
  { forMs, signal }: Patience,
  onWait: (err: TaskError) => void = () => {},
): Promise<Answer> {
  const givenUpAt = performance.now() + forMs
  for (let delayMs = waitMs.first; ; delayMs = Math.min(delayMs * 2, waitMs.most)) {
    try {
      return await call()
    } catch (err) {
      const error = toTaskError(err)
      const patient = performance.now() + delayMs < givenUpAt
      if (error.code !== 'core_unavailable' || !patient) throw error
      if (delayMs === waitMs.first) onWait(error)
    }
    throwIfCancelled(signal)
    await sleep(delayMs, undefined, { signal }).catch(() => throwIfCancelled(signal))
  }
}
