// What a unit of work (a request, a call, a line) makes a variant send, and what of it did not arrive. A variant that
// drops spans is not cheaper.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Load } from './control.ts'
import type { Bench, Sample } from './parts/part.ts'
import type { Counts } from './receiver/main.ts'
import type { Variant } from './variants.ts'

/** The load that is one unit of work. */
export const oneUnit: Load = { perSecond: 1_000, seconds: 0.001 }
const learnedUnits = 20
const pollMs = 100
/** More than the delay of a batch. */
const quietMs = 1_500

export interface RecordCounter {
  /** Works out, from a few units that lose nothing, how many records each makes. */
  learn(variant: Variant, work: () => Promise<unknown>): Promise<void>
  /** Waits for what is under way, and counts what of so many units is missing. */
  settle(variant: Variant, before: Counts, units: number): Promise<Sample>
}

export function createRecordCounter({ receiver, signal }: Bench): RecordCounter {
  const perUnit = new Map<Variant, { readonly spans: number; readonly logs: number }>()

  /** Resolves once `enough`, or when for a while nothing has come any more. */
  async function arrived(variant: Variant, enough: (counts: Counts) => boolean): Promise<Counts> {
    let counts = await receiver.counts(variant)
    let changedAt = performance.now()
    while (!enough(counts) && performance.now() - changedAt < quietMs) {
      await sleep(pollMs, undefined, { signal })
      const next = await receiver.counts(variant)
      if (next.bytes !== counts.bytes) changedAt = performance.now()
      counts = next
    }
    return counts
  }

  return {
    async learn(variant, work) {
      // What only the first unit makes (a connection, a lookup) is not of every unit.
      await work()
      const before = await arrived(variant, () => false)
      for (let unit = 0; unit < learnedUnits; unit++) await work()
      const after = await arrived(variant, () => false)
      perUnit.set(variant, {
        spans: Math.round((after.spans - before.spans) / learnedUnits),
        logs: Math.round((after.logs - before.logs) / learnedUnits),
      })
    },
    async settle(variant, before, units) {
      const { spans = 0, logs = 0 } = perUnit.get(variant) ?? {}
      const missing = (counts: Counts) => ({
        lostSpans: Math.max(0, spans * units - (counts.spans - before.spans)),
        lostLogs: Math.max(0, logs * units - (counts.logs - before.logs)),
      })
      const counts = await arrived(variant, (now) => {
        const { lostSpans, lostLogs } = missing(now)
        return lostSpans + lostLogs === 0
      })
      return { spans, logs, ...missing(counts) }
    },
  }
}
