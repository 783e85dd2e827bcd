// How many may wait for tasks at once, in all and for one tenant: each holds a connection open.

export interface ReaderSlots {
  /** Undefined when there is none left; otherwise what gives it back. */
  take(tenantId: string): (() => void) | undefined
}

export function createReaderSlots(limits: { total: number; perTenant: number }): ReaderSlots {
  const taken = new Map<string, number>()
  let total = 0
  return {
    take(tenantId) {
      const ofTenant = taken.get(tenantId) ?? 0
      if (total >= limits.total || ofTenant >= limits.perTenant) return undefined
      total += 1
      taken.set(tenantId, ofTenant + 1)
      let held = true
      return () => {
        if (!held) return
        held = false
        total -= 1
        const left = (taken.get(tenantId) ?? 1) - 1
        if (left > 0) taken.set(tenantId, left)
        else taken.delete(tenantId)
      }
    },
  }
}
