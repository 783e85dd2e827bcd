import type { ListingFacts } from '@throughline/contracts'

export const bicycle: ListingFacts = {
  id: 'lst_1',
  title: 'Gravel bike',
  category: 'bikes',
  condition: 'good',
  priceCents: 45_000,
  daysListed: 12,
}
