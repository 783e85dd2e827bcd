// Whose tasks have to wait because their tenant's rate is used up, and until when.
import type { Redis } from 'ioredis'
import { countRateLimitHits } from '../metrics.ts'
import type { ChosenTask } from './choose-tasks.ts'
import { takeTokens } from './token-buckets.ts'

export interface RateLimits {
  /** Tenants that had no token left when last asked, and cannot have one yet. */
  readonly heldBack: () => string[]
  /** Until one of them has a token; 0 when none is held back. */
  readonly nextTokenMs: () => number
  readonly take: (tasks: readonly ChosenTask[]) => Promise<Verdict>
}

export interface Verdict {
  readonly granted: readonly ChosenTask[]
  readonly refused: readonly ChosenTask[]
}

/** Tokens that come faster than this are waited for together. */
const minWaitMs = 50

export function createRateLimits(redis: Redis): RateLimits {
  const heldUntil = new Map<string, number>()
  /** By tenant: the newest of the tasks that have been counted. */
  const countedUpTo = new Map<string, bigint>()

  /** A task that waits through many rounds is one. */
  const countNew = (tenantId: string, late: readonly ChosenTask[]) => {
    const before = countedUpTo.get(tenantId) ?? 0n
    const newcomers = late.filter(({ outboxId }) => outboxId > before)
    countRateLimitHits(tenantId, newcomers.length)
    countedUpTo.set(tenantId, newcomers.at(-1)?.outboxId ?? before)
  }

  const held = () => {
    const now = performance.now()
    for (const [tenantId, until] of heldUntil) if (until <= now) heldUntil.delete(tenantId)
    return heldUntil
  }

  return {
    heldBack: () => [...held().keys()],
    nextTokenMs: () => {
      const soonest = Math.min(...held().values())
      return Number.isFinite(soonest) ? Math.ceil(soonest - performance.now()) : 0
    },
    async take(tasks) {
      const byTenant = [...Map.groupBy(tasks, ({ tenantId }) => tenantId)]
      const grants = await takeTokens(
        redis,
        byTenant.map(([tenantId, ofTenant]) => ({
          tenantId,
          tokens: ofTenant.length,
          perMinute: ofTenant[0]?.tasksPerMinute ?? 0,
        })),
      )
      const granted: ChosenTask[] = []
      const refused: ChosenTask[] = []
      for (const [index, [tenantId, ofTenant]] of byTenant.entries()) {
        const { tokens = 0, waitMs = 0 } = grants[index] ?? {}
        // Oldest first: what was chosen stands in the order of its turns.
        granted.push(...ofTenant.slice(0, tokens))
        if (tokens === ofTenant.length) continue
        const late = ofTenant.slice(tokens)
        refused.push(...late)
        countNew(tenantId, late)
        heldUntil.set(tenantId, performance.now() + Math.max(waitMs, minWaitMs))
      }
      return { granted, refused }
    },
  }
}
