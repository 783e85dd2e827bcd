// Asking the agent for its opinion: of one listing, or of the prices of all that were seen. Some do not wait for it.
import type { SearchResponse, TaskBody } from '@throughline/contracts'
import type { GatewayClient } from '../gateway-client.ts'
import type { Consultation } from './plan-visit.ts'
import { readEnded } from './read-ended.ts'

export interface Inquiry extends Consultation {
  readonly listings: SearchResponse['listings']
}

/** Resolves with the ended task. */
export async function consult(
  gateway: GatewayClient,
  { listings, choice, about, changesMind }: Inquiry,
  signal: AbortSignal,
): Promise<TaskBody> {
  const ids = listings.map(({ id }) => id)
  const listingId = ids[Math.floor(choice * ids.length)] ?? ''
  const id =
    about === 'prices'
      ? await gateway.submit('/v1/review-prices', { listingIds: ids }, signal)
      : await gateway.submit('/v1/summarise-listing', { listingId }, signal)
  if (changesMind) await gateway.cancelTask(id, signal)
  return readEnded(gateway, id, signal)
}
