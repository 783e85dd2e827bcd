import { leverages, maxReviewedListings } from '@throughline/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TaskError } from '../errors.ts'
import { bicycle } from '../testing/listing-facts.ts'
import { playWorkflow } from '../testing/play-workflow.ts'
import { priceReview } from './price-review.ts'
import { middlePrices, suggestedCents } from './suggest-price.ts'

const listingsAt = (...prices: number[]) =>
  prices.map((priceCents, index) => ({ ...bicycle, id: `lst_${index}`, priceCents }))

test('judges each listing on its own and puts its neighbours’ prices beside', async () => {
  const listings = listingsAt(40_000, 50_000, 90_000)
  const { result, steps } = await playWorkflow(priceReview, { listings }, () => ({
    leverage: 'fair',
  }))
  expect(result).toEqual({
    model: 'tiny',
    reviews: [
      { listingId: 'lst_0', leverage: 'fair', priceCents: 40_000, suggestedCents: 45_000 },
      { listingId: 'lst_1', leverage: 'fair', priceCents: 50_000, suggestedCents: 50_000 },
      { listingId: 'lst_2', leverage: 'fair', priceCents: 90_000, suggestedCents: 70_000 },
    ],
  })
  expect([...steps.keys()].sort()).toEqual([
    'compare',
    'judge[0]',
    'judge[1]',
    'judge[2]',
    'review',
  ])
})

test('asks again for one listing that had no answer, not for the others', async () => {
  let asked = 0
  const { result } = await playWorkflow(priceReview, { listings: listingsAt(100, 200) }, () => {
    asked += 1
    if (asked === 1) throw new TaskError('model_unavailable')
    return { leverage: 'weak' }
  })
  expect(result.reviews).toHaveLength(2)
  expect(asked).toBe(3)
})

test('reviews as many as may be asked for', async () => {
  const listings = listingsAt(...Array.from({ length: maxReviewedListings }, (_, i) => 100 + i))
  const { result } = await playWorkflow(priceReview, { listings }, () => ({ leverage: 'strong' }))
  expect(result.reviews.map(({ listingId }) => listingId)).toEqual(listings.map(({ id }) => id))
})

test('an attempt after a crash asks only for the listings that are left', async () => {
  let asked = 0
  const answer = () => {
    asked += 1
    return { leverage: 'fair' }
  }
  const judged = { leverage: 'strong', model: 'tiny' }
  const restored = { 'judge[0]': judged, 'judge[2]': judged }
  const listings = listingsAt(100, 200, 300)
  const { result } = await playWorkflow(priceReview, { listings }, answer, restored)
  expect(asked).toBe(1)
  expect(result.reviews.map(({ leverage }) => leverage)).toEqual(['strong', 'fair', 'strong'])
})

test('two of a kind are no market', () => {
  expect(middlePrices(listingsAt(100, 300))).toEqual({})
  expect(middlePrices(listingsAt(100, 300, 200))).toEqual({ bikes: 200 })
  expect(middlePrices(listingsAt(400, 100, 300, 200))).toEqual({ bikes: 250 })
})

test('a suggestion is a price, and lies between what the listing and its neighbours say', () => {
  const cents = fc.integer({ min: 1, max: 100_000_000 })
  fc.assert(
    fc.property(cents, fc.constantFrom(...leverages), cents, (price, leverage, middle) => {
      const suggested = suggestedCents(price, leverage, middle)
      expect(Number.isSafeInteger(suggested)).toBe(true)
      expect(suggested).toBeGreaterThanOrEqual(
        Math.max(1, Math.floor(Math.min(price * 0.9, middle))),
      )
      expect(suggested).toBeLessThanOrEqual(Math.ceil(Math.max(price * 1.05, middle)))
    }),
  )
})
