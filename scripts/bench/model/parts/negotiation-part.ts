// A negotiation from end to end: POST /v1/negotiate, and its result comes back. All services run, one caller asks.
import { quantile } from '../../telemetry/statistics.ts'
import type { System } from '../../telemetry/system.ts'
import type { Bench } from '../subjects/subject.ts'
import { startServices } from './negotiation-services.ts'
import type { Part } from './part.ts'

/**
 * Of the asking price. What no seller would take ends after four nodes: analyse, propose, policy, decide. What some
 * would take goes on for a round or three.
 */
const budgetShares = { short: 0.1, whole: 0.87 } as const
const warmUpNegotiations = 10

const telemetryOf = { 'negotiation off': 'off', 'negotiation ours': 'ours' } as const
type NegotiationVariant = keyof typeof telemetryOf

export function negotiationPart(
  bench: Bench,
  system: System,
  count: number,
): Part<NegotiationVariant> {
  return {
    variants: ['negotiation off', 'negotiation ours'],
    async measure(variant) {
      await using services = await startServices(bench, system, telemetryOf[variant])
      const listings = await services.findListings()
      const sample: Record<string, number> = {}
      for (const [kind, share] of Object.entries(budgetShares)) {
        const negotiate = async (index: number) => {
          const listing = listings[index % listings.length]
          if (listing === undefined) throw new Error('there is nothing to negotiate over')
          return services.negotiate(listing.id, Math.round(listing.priceCents * share))
        }
        for (let index = 0; index < warmUpNegotiations; index++) await negotiate(index)
        const callsBefore = services.modelCalls()
        const times: number[] = []
        for (let index = 0; index < count; index++) times.push(await negotiate(index))
        sample[`p50 ${kind}`] = quantile(times, 0.5)
        sample[`p99 ${kind}`] = quantile(times, 0.99)
        sample[`modelCalls ${kind}`] = (services.modelCalls() - callsBefore) / count
      }
      return sample
    },
  }
}
