// The words of a summary are ours: the bundled model judges, and is too small to write.
import type { Leverage, ListingFacts } from '@throughline/contracts'
import { formatPrice } from '../listings/format-price.ts'

/** Titles have at most 200 characters in core; a result keeps to its own limit whatever comes. */
const longestTitle = 200

export function describeListing(listing: ListingFacts): string {
  const { title, condition, category, priceCents, daysListed } = listing
  const age = daysListed === 0 ? 'today' : daysListed === 1 ? 'yesterday' : `${daysListed} days ago`
  const offer = `${conditions[condition]} in ${category}, listed ${age} for ${formatPrice(priceCents)}.`
  return `${title.slice(0, longestTitle).toWellFormed()}: ${offer}`
}

export function adviceFor(leverage: Leverage): string {
  return advice[leverage]
}

const conditions = { new: 'new', good: 'in good condition', worn: 'worn' } as const

const advice = {
  weak: 'Expect to pay close to the asking price.',
  fair: 'There is some room for an offer.',
  strong: 'The seller should be glad of a serious offer.',
} as const satisfies Record<Leverage, string>
