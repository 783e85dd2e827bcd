// What a negotiation comes to: the last decision, and the rounds that led to it.
import type { Action, ListingFacts, TaskResult } from '@throughline/contracts'
import { fillMessage } from './fill-message.ts'
import { agreedPrice, type PolicyDecision } from './policy.ts'
import type { SellersAnswer } from './seller.ts'

export interface Decision {
  readonly action: Action
  readonly message: string
  readonly model: string
}

export interface Round {
  readonly policy: PolicyDecision
  readonly decision: Decision
  /** Absent when the buyer did not offer. */
  readonly answer?: SellersAnswer
}

export function finishNegotiation(
  listing: ListingFacts,
  rounds: readonly [Round, ...Round[]],
): TaskResult<'negotiation'> {
  const { policy, decision } = rounds.at(-1) ?? rounds[0]
  const { action, message, model } = decision
  const priceCents = agreedPrice(action, policy)
  return {
    action,
    priceCents,
    message: fillMessage(message, {
      item: listing.title,
      priceCents: priceCents || policy.priceCents,
    }),
    model,
    rounds: rounds.flatMap(({ policy, answer }) => {
      if (answer === undefined) return []
      const offer = { offerCents: policy.priceCents }
      return [answer.accepted ? offer : { ...offer, counterCents: answer.askCents }]
    }),
  }
}
