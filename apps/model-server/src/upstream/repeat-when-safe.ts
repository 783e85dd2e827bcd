// Asks again where nothing can have been done: no byte of the request was sent, or the provider said that it took none.
// Whatever fails after the request began to be sent may have cost money, and is not repeated.
import { setTimeout as delay } from 'node:timers/promises'
import { ModelServerError } from '../errors.ts'
import { ProviderRefusal } from './provider-refusal.ts'
import { retryAfterMs } from './retry-after.ts'

const maxRepeats = 2
const firstPauseMs = 100

export interface RepeatOptions {
  readonly signal: AbortSignal
  /** By `performance.now()`: whoever would have to wait longer than this is told at once. */
  readonly deadline: number
  readonly onRepeat: (error: ProviderRefusal | ModelServerError) => void
}

export async function repeatWhenSafe<Result>(
  attempt: () => Promise<Result>,
  { signal, deadline, onRepeat }: RepeatOptions,
): Promise<Result> {
  for (let repeats = 0; ; repeats++) {
    try {
      return await attempt()
    } catch (err) {
      if (repeats === maxRepeats || !isRepeatable(err)) throw err
      const pauseMs = pauseBefore(err, repeats)
      if (performance.now() + pauseMs >= deadline) throw err
      onRepeat(err)
      await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}

function isRepeatable(err: unknown): err is ProviderRefusal | ModelServerError {
  if (err instanceof ModelServerError) return err.code === 'upstream_unreachable'
  if (!(err instanceof ProviderRefusal)) return false
  // OpenAI says so when the account has run dry, which no pause will change.
  if (err.headers['x-should-retry'] === 'false') return false
  return err.status === 429 || err.status === 503
}

/** As the provider wishes, else twice as long each time; never all at once. */
function pauseBefore(err: ProviderRefusal | ModelServerError, repeats: number): number {
  const wishedMs = err instanceof ProviderRefusal ? retryAfterMs(err.headers) : undefined
  const leastMs = wishedMs ?? firstPauseMs * 2 ** repeats
  return leastMs + Math.random() * firstPauseMs
}
