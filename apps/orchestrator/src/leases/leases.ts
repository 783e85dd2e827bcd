// The leases of all tasks that run here, renewed together: one command however many there are. BullMQ's own renewal goes
// by the wall clock, which can be set back, and does not tell since when a lock is ours.
import type { StopReason } from '../errors.ts'
import { createLease, type Lease, type RenewableLease } from './lease.ts'

/** So many times within a lease. */
const renewals = 4

export interface LeaseOptions {
  readonly leaseMs: number
  /** Resolves to the ids of the tasks whose lock is gone. */
  renew(taskIds: string[], tokens: string[], leaseMs: number): Promise<string[]>
}

export interface Leases {
  /** `since`: when the lock was asked for, as `performance.now()` tells it. */
  open(taskId: string, token: string, since: number): Lease
  /** The work is over; what becomes of the lock is up to the queue. */
  close(lease: Lease): void
  taskIds(): string[]
  /** Of a task that runs elsewhere nothing is known, and nothing happens. */
  stop(taskId: string, reason: StopReason): void
  stopAll(reason: StopReason): void
  /** Renews until the function it returns is called. */
  start(): () => void
}

export function createLeases({ leaseMs, renew }: LeaseOptions): Leases {
  const leases = new Map<string, RenewableLease>()
  let renewing = false

  async function renewAll(): Promise<void> {
    const held = [...leases.values()].filter((lease) => lease.isHeld())
    // With Redis away a renewal waits for its return; the leases run out meanwhile.
    if (renewing || held.length === 0) return
    renewing = true
    const since = performance.now()
    try {
      const [taskIds, tokens] = [held.map(({ taskId }) => taskId), held.map(({ token }) => token)]
      const lost = new Set(await renew(taskIds, tokens, leaseMs))
      for (const lease of held) {
        if (lost.has(lease.taskId)) lease.stop('lease_lost')
        else if (lease.isHeld()) lease.renewed(since)
      }
    } catch {
      // The queue's connection says that Redis is away, and the next turn tries again.
    } finally {
      renewing = false
    }
  }

  return {
    open(taskId, token, since) {
      const lease = createLease(taskId, token, { leaseMs, since })
      leases.set(taskId, lease)
      return lease
    },
    close(lease) {
      // An attempt that was overtaken may end after its successor has begun, even here.
      if (leases.get(lease.taskId) === lease) leases.delete(lease.taskId)
    },
    taskIds: () => [...leases.keys()],
    stop: (taskId, reason) => leases.get(taskId)?.stop(reason),
    stopAll(reason) {
      for (const lease of leases.values()) lease.stop(reason)
    },
    start() {
      const timer = setInterval(() => void renewAll(), leaseMs / renewals)
      return () => clearInterval(timer)
    },
  }
}
