// The checkpoint as one attempt uses it. The fence in Redis keeps out an attempt that was overtaken; this keeps out one that
// has only lost its lease, whose task may have ended and whose checkpoint is to stay away.
import { type Lease, requireLease } from '../leases/lease.ts'
import type { CheckpointStore } from './checkpoint-store.ts'

export function underLease(store: CheckpointStore, lease: Lease): CheckpointStore {
  let opened = false
  const held = () => {
    requireLease(lease)
    opened = true
  }
  return {
    async open(owner) {
      held()
      return store.open(owner)
    },
    async save(owner, progress) {
      held()
      return store.save(owner, progress)
    },
    async replace(owner, checkpoint) {
      held()
      return store.replace(owner, checkpoint)
    },
    /** What was never opened is not there: most short tasks have nothing to save. */
    async remove(owner) {
      if (opened) await store.remove(owner)
    },
    unreported: store.unreported,
    discard: store.discard,
  }
}
