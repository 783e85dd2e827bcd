// One negotiation, from the wish to the agent's answer, in the three ways in which an answer can be had.
import { faults, type SearchResponse, type TaskBody } from '@throughline/contracts'
import { VisitError } from '../errors.ts'
import type { GatewayClient } from '../gateway-client.ts'
import { pause } from '../pause.ts'
import type { Purchase } from './plan-visit.ts'

export interface Bargain extends Purchase {
  readonly listing: SearchResponse['listings'][number]
}

const waitSeconds = 20
const patienceMs = 60_000
const firstPollMs = 300
const longestPollMs = 2_000

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

/** At once where the shopper has waited already; also the way out when a wait was cut short. */
async function readEnded(
  gateway: GatewayClient,
  id: string,
  signal: AbortSignal,
): Promise<TaskBody> {
  const deadline = performance.now() + patienceMs
  let pollMs = firstPollMs
  while (performance.now() < deadline) {
    const task = await gateway.readTask(id, signal)
    if (task.state === 'completed' || task.state === 'failed') return task
    await pause(pollMs, signal)
    pollMs = Math.min(pollMs * 1.5, longestPollMs)
  }
  throw new VisitError('unfinished', `The task had not ended after ${patienceMs} ms`)
}
