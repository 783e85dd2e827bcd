import { setTimeout as delay } from 'node:timers/promises'
import { VisitError } from './errors.ts'

/** Ends early, by throwing, when the process stops. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (cause) {
    throw new VisitError('stopped', 'The process stops', { cause })
  }
}
