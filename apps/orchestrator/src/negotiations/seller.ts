// The other side of the table: plain arithmetic, the same for the same listing every time. Like a person it keeps its
// lowest price to itself, gives way once, and then says its last word.
import type { ListingFacts } from '@throughline/contracts'

export interface SellersAnswer {
  readonly accepted: boolean
  /** What it asks for now. */
  readonly askCents: number
  /** What it was offered. */
  readonly lastOfferCents: number
}

export interface Offer {
  readonly round: number
  readonly askCents: number
  readonly priceCents: number
}

export function answerOffer(listing: ListingFacts, offer: Offer): SellersAnswer {
  const { round, askCents, priceCents: lastOfferCents } = offer
  const reserveCents = lowestAcceptedCents(listing)
  if (lastOfferCents >= reserveCents) return { accepted: true, askCents, lastOfferCents }
  const halfWayCents = wholeDollars((askCents + lastOfferCents) / 2)
  const nextCents = round === 1 ? Math.max(reserveCents, halfWayCents) : reserveCents
  return { accepted: false, askCents: Math.min(askCents, nextCents), lastOfferCents }
}

/** What has stood for long, or is worn, goes for less. Never so little that asking for it would be an insult. */
export function lowestAcceptedCents({ priceCents, condition, daysListed }: ListingFacts): number {
  const percentForItsAge = daysListed < 7 ? 95 : daysListed < 30 ? 88 : 82
  const percent = percentForItsAge - (condition === 'worn' ? 8 : 0)
  return Math.min(priceCents, wholeDollars((priceCents * percent) / 100))
}

function wholeDollars(cents: number): number {
  return Math.ceil(cents / 100) * 100
}
