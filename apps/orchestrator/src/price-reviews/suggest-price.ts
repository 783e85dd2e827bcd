// What a listing had better cost: plain arithmetic on what the model makes of it, and on what others ask for.
import type { Leverage, ListingFacts } from '@throughline/contracts'

const fewestToCompare = 3

const percentFor = { weak: 105, fair: 100, strong: 90 } as const satisfies Record<Leverage, number>

/** Half way between the listing's own price, adjusted, and the middle of its category, if that is known. */
export function suggestedCents(
  priceCents: number,
  leverage: Leverage,
  middleCents: number | undefined,
): number {
  const adjusted = (priceCents * percentFor[leverage]) / 100
  const suggested = middleCents === undefined ? adjusted : (adjusted + middleCents) / 2
  return Math.max(1, Math.round(suggested))
}

/** The median of each category with enough listings to speak of one. */
export function middlePrices(
  listings: readonly Pick<ListingFacts, 'category' | 'priceCents'>[],
): Record<string, number> {
  const groups = Object.entries(Object.groupBy(listings, ({ category }) => category))
  const known = groups.filter(([, group = []]) => group.length >= fewestToCompare)
  return Object.fromEntries(known.map(([category, group = []]) => [category, median(group)]))
}

function median(listings: readonly Pick<ListingFacts, 'priceCents'>[]): number {
  const prices = listings.map(({ priceCents }) => priceCents).sort((a, b) => a - b)
  const half = Math.floor(prices.length / 2)
  const [below = 0, above = 0] =
    prices.length % 2 === 0 ? prices.slice(half - 1) : [prices[half], prices[half]]
  return (below + above) / 2
}
