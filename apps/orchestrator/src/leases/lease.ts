// The right to work on a task, as this process knows it. Redis keeps the lock; here stands how long it surely lasts,
// by a clock that goes on while the process is stopped and that nobody can set.
import { type StopReason, TaskError } from '../errors.ts'

export interface Lease {
  readonly taskId: string
  /** BullMQ's, of the lock. */
  readonly token: string
  /** Aborted, with a StopReason, when the work has to stop. */
  readonly signal: AbortSignal
  /** Whether this process may still write. Known without asking: a process that was stopped finds out at once. */
  isHeld(): boolean
  stop(reason: StopReason): void
}

/** Before whatever only the holder may do. */
export function requireLease(lease: Lease): void {
  if (!lease.isHeld()) throw new TaskError('lease_lost')
}

export interface RenewableLease extends Lease {
  /** `since`: when the lock was asked for, as `performance.now()` tells it. */
  renewed(since: number): void
}

export function createLease(
  taskId: string,
  token: string,
  { leaseMs, since }: { readonly leaseMs: number; readonly since: number },
): RenewableLease {
  const controller = new AbortController()
  const { signal } = controller
  let heldUntil = since + leaseMs
  return {
    ...{ taskId, token, signal },
    isHeld() {
      if (performance.now() < heldUntil) return signal.reason !== 'lease_lost'
      controller.abort('lease_lost' satisfies StopReason)
      return false
    },
    stop(reason) {
      controller.abort(reason)
    },
    renewed(since) {
      heldUntil = since + leaseMs
    },
  }
}
