import type { ListingFacts } from '@throughline/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bicycle } from '../testing/listing-facts.ts'
import { answerOffer, lowestAcceptedCents } from './seller.ts'

const listing: fc.Arbitrary<ListingFacts> = fc.record({
  ...{ id: fc.constant('lst'), title: fc.constant('Lamp'), category: fc.constant('lamps') },
  condition: fc.constantFrom('new', 'good', 'worn'),
  priceCents: fc.integer({ min: 1, max: 100_000_000 }),
  daysListed: fc.nat({ max: 400 }),
})

test.each([
  ['good', 0, 42_800],
  ['good', 12, 39_600],
  ['good', 40, 36_900],
  ['worn', 40, 33_300],
] as const)('what is %s and has stood for %i days goes for %i', (condition, daysListed, lowest) => {
  expect(lowestAcceptedCents({ ...bicycle, condition, daysListed })).toBe(lowest)
})

test('takes what is enough, else meets the buyer half way, else says its last word', () => {
  const answer = (round: number, askCents: number, priceCents: number) =>
    answerOffer(bicycle, { round, askCents, priceCents })
  expect(answer(1, 45_000, 39_600)).toMatchObject({ accepted: true })
  expect(answer(1, 45_000, 38_000)).toEqual({
    ...{ accepted: false, askCents: 41_500, lastOfferCents: 38_000 },
  })
  expect(answer(2, 41_500, 39_000)).toMatchObject({ accepted: false, askCents: 39_600 })
})

test('never asks for more than before, nor for less than it would take', () => {
  fc.assert(
    fc.property(listing, fc.nat(), fc.nat(), fc.constantFrom(1, 2), (facts, ask, price, round) => {
      const lowest = lowestAcceptedCents(facts)
      const askCents = lowest + (ask % (facts.priceCents - lowest + 1))
      const priceCents = 1 + (price % askCents)
      const answer = answerOffer(facts, { round, askCents, priceCents })
      expect(answer.accepted).toBe(priceCents >= lowest)
      expect(answer.askCents).toBeLessThanOrEqual(askCents)
      expect(answer.askCents).toBeGreaterThanOrEqual(lowest)
      // The same for the same listing every time.
      expect(answerOffer(facts, { round, askCents, priceCents })).toEqual(answer)
    }),
  )
})
