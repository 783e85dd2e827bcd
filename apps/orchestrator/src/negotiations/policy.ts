// What a buyer's agent may do, whatever the model would like. Plain rules: no model can talk them over. They never pass
// the budget, raise every offer, and find the deal if there is one to be had.
import {
  type Action,
  lastRound,
  lowestPrice,
  type Position,
  priceGap,
} from '@throughline/contracts'

/** Offers rise by this much, where the budget and the seller's price leave room. */
const smallestRaiseCents = 100

/** Where the two stand when a round begins. */
export interface Standing {
  readonly round: number
  /** What the seller asks for. */
  readonly askCents: number
  /** What the buyer offered last, and the seller did not take; 0 at first. */
  readonly lastOfferCents: number
}

export interface PolicyDecision extends Standing {
  /** The proposed price, brought between the lowest decent one and what both sides can live with. */
  readonly priceCents: number
  readonly allowedActions: readonly [Action, ...Action[]]
}

export function applyPolicy(
  proposedCents: number,
  standing: Standing,
  budgetCents: number,
): PolicyDecision {
  const { askCents, lastOfferCents } = standing
  const decent = lowestPrice(askCents / 100) * 100
  const lowest = Math.max(decent, lastOfferCents + smallestRaiseCents)
  // The upper bound wins: neither decency nor a raise reaches into the buyer's pocket.
  const priceCents = Math.min(Math.max(proposedCents, lowest), askCents, budgetCents)
  const allowedActions = actionsFor(priceCents, standing, budgetCents)
  return { ...standing, priceCents, allowedActions }
}

function actionsFor(
  priceCents: number,
  standing: Standing,
  budgetCents: number,
): PolicyDecision['allowedActions'] {
  const gap = priceGap(buyersPosition(standing, budgetCents))
  // The seller has said its last word: take it or leave it.
  if (standing.round === lastRound) return gap === 'ok' ? ['accept'] : ['walk_away']
  switch (gap) {
    case 'far':
      return ['walk_away']
    case 'near':
      return ['offer']
    case 'ok':
      // Offering the asking price is accepting it.
      return priceCents < standing.askCents ? ['accept', 'offer'] : ['accept']
  }
}

/** The same in the words of a prompt: whole dollars, and whose they are. */
export function buyersPosition(
  { round, askCents, lastOfferCents }: Standing,
  budgetCents: number,
): Position {
  return {
    ...{ side: 'buyer', round },
    askDollars: askCents / 100,
    offerDollars: lastOfferCents / 100,
    limitDollars: budgetCents / 100,
  }
}

/** What the action costs: the asking price, the offer, or nothing. */
export function agreedPrice(
  action: Action,
  { askCents, priceCents }: Pick<PolicyDecision, 'askCents' | 'priceCents'>,
): number {
  return { accept: askCents, offer: priceCents, walk_away: 0 }[action]
}
