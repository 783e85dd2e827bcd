// Why a task came back to the queue, as the attempt that follows sees it.
import { type Attempt, AttemptOutcome } from '@throughline/contracts'
import type { Redis } from 'ioredis'
import { isPresent } from './presence.ts'

export type RequeueReason =
  | 'error'
  | 'draining'
  | 'newer_version'
  | 'not_cancelled'
  | 'crash'
  | 'lease_expired'

/** By the code with which the worker handed it back. */
const released: Readonly<Partial<Record<string, RequeueReason>>> = {
  checkpoint_newer: 'newer_version',
  not_cancelled: 'not_cancelled',
}

/** Nothing when it did not come back by itself: an operator has asked for it. */
export async function requeueReason(
  redis: Redis,
  previous: Attempt,
): Promise<RequeueReason | undefined> {
  switch (previous.outcome) {
    case AttemptOutcome.FAILED:
      return 'error'
    case AttemptOutcome.RELEASED:
      return released[previous.errorCode] ?? 'draining'
    case AttemptOutcome.ABANDONED: {
      const { workerId, startedAt } = previous
      // No attempt is to fail for want of a word: without Redis, nothing says that the worker is gone.
      const present = await isPresent(redis, workerId, startedAt ?? new Date()).catch(() => true)
      return present ? 'lease_expired' : 'crash'
    }
    default:
      return undefined
  }
}
