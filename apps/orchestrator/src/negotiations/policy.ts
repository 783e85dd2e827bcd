// What a buyer's agent may do, whatever the model would like. Plain rules: no model can talk them over.
import { type Action, lowestPrice, priceGap } from '@throughline/contracts'

export interface Bounds {
  readonly askCents: number
  readonly budgetCents: number
}

export interface PolicyDecision {
  /** The proposed price, brought between the lowest decent one and what both sides can live with. */
  readonly priceCents: number
  readonly allowedActions: readonly [Action, ...Action[]]
}

export function applyPolicy(proposedCents: number, bounds: Bounds): PolicyDecision {
  const { askCents, budgetCents } = bounds
  const lowest = lowestPrice(askCents / 100) * 100
  const highest = Math.min(askCents, budgetCents)
  // The upper bound wins: decency does not reach into the buyer's pocket.
  const priceCents = Math.min(Math.max(proposedCents, lowest), highest)
  return { priceCents, allowedActions: allowedActions(priceCents, bounds) }
}

function allowedActions(
  priceCents: number,
  { askCents, budgetCents }: Bounds,
): PolicyDecision['allowedActions'] {
  switch (priceGap(askCents / 100, budgetCents / 100)) {
    case 'far':
      return ['walk_away']
    case 'near':
      return ['offer', 'walk_away']
    case 'ok':
      // Offering the asking price is accepting it.
      return priceCents < askCents ? ['accept', 'offer'] : ['accept']
  }
}

/** What the action costs: the asking price, the offer, or nothing. */
export function agreedPrice(action: Action, priceCents: number, askCents: number): number {
  return { accept: askCents, offer: priceCents, walk_away: 0 }[action]
}
