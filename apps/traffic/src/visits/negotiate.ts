// One negotiation, from the wish to the agent's answer, in the three ways in which an answer can be had.
import { faults, type SearchResponse, type TaskBody } from '@throughline/contracts'
import type { GatewayClient } from '../gateway-client.ts'
import type { Purchase } from './plan-visit.ts'
import { readEnded } from './read-ended.ts'

export interface Bargain extends Purchase {
  readonly listing: SearchResponse['listings'][number]
}

const waitSeconds = 20

/** Resolves with the ended task. */
export async function negotiate(
  gateway: GatewayClient,
  { listing, budgetShare, waiting, unlucky }: Bargain,
  signal: AbortSignal,
): Promise<TaskBody> {
  const budgetCents = Math.max(1, Math.round(listing.priceCents * budgetShare))
  const id = await gateway.negotiate(
    { listingId: listing.id, budgetCents },
    {
      ...(waiting === 'wait' && { waitSeconds }),
      ...(unlucky && { fault: faults.modelError }),
      signal,
    },
  )
  if (waiting === 'follow') await gateway.followTask(id, signal)
  return await readEnded(gateway, id, signal)
}
