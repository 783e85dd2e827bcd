import { lowestPrice } from '@throughline/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreedPrice, applyPolicy, type Standing } from './policy.ts'

const cents = fc.integer({ min: 1, max: 100_000_000 })
const proposed = fc.integer({ min: 0, max: 9_999_900 })
const standing: fc.Arbitrary<Standing> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), cents, fc.nat({ max: 99 }))
  .map(([round, askCents, percent]) => {
    const lastOfferCents = round === 1 ? 0 : Math.floor((askCents * percent) / 100)
    return { round, askCents, lastOfferCents }
  })

test.each([
  // proposed, round, ask, last offer, budget → price, actions
  [39_600, 1, 45_000, 0, 50_000, 39_600, ['accept', 'offer']],
  [46_000, 1, 45_000, 0, 50_000, 45_000, ['accept']],
  [10_000, 1, 45_000, 0, 50_000, 27_000, ['accept', 'offer']],
  [39_600, 1, 45_000, 0, 40_000, 39_600, ['offer']],
  [45_000, 1, 45_000, 0, 40_000, 40_000, ['offer']],
  [39_600, 1, 45_000, 0, 20_000, 20_000, ['walk_away']],
  [30_000, 1, 44_999, 0, 44_999, 30_000, ['accept', 'offer']],
  [38_000, 2, 43_000, 39_600, 50_000, 39_700, ['accept', 'offer']],
  [42_000, 2, 43_000, 40_000, 40_000, 40_000, ['walk_away']],
  [42_000, 2, 43_000, 39_950, 40_000, 40_000, ['offer']],
  [41_000, 3, 41_000, 40_000, 41_000, 41_000, ['accept']],
  [41_000, 3, 41_000, 40_000, 40_999, 40_999, ['walk_away']],
])(
  'for a proposal of %i in round %i, an ask of %i, an offer of %i before and a budget of %i',
  (proposal, round, askCents, lastOfferCents, budget, priceCents, allowedActions) => {
    const standing = { round, askCents, lastOfferCents }
    expect(applyPolicy(proposal, standing, budget)).toEqual({
      ...standing,
      priceCents,
      allowedActions,
    })
  },
)

test('never lets the buyer pay more than the budget or the asking price', () => {
  fc.assert(
    fc.property(proposed, standing, cents, (proposal, where, budgetCents) => {
      const decision = applyPolicy(proposal, where, budgetCents)
      for (const action of decision.allowedActions) {
        const agreed = agreedPrice(action, decision)
        expect(agreed).toBeLessThanOrEqual(Math.min(where.askCents, budgetCents))
        expect(Number.isInteger(agreed)).toBe(true)
      }
    }),
  )
})

test('never lets the buyer offer less than before, nor insult the seller', () => {
  fc.assert(
    fc.property(proposed, standing, cents, (proposal, where, budgetCents) => {
      const { priceCents, allowedActions } = applyPolicy(proposal, where, budgetCents)
      if (!allowedActions.includes('offer')) return
      const { askCents, lastOfferCents } = where
      expect(priceCents).toBeGreaterThan(lastOfferCents)
      expect(priceCents).toBeGreaterThanOrEqual(
        Math.min(lowestPrice(askCents / 100) * 100, askCents),
      )
    }),
  )
})
