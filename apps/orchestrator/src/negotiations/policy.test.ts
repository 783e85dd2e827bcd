import { lowestPrice } from '@throughline/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreedPrice, applyPolicy } from './policy.ts'

const cents = fc.integer({ min: 1, max: 100_000_000 })
const proposed = fc.integer({ min: 0, max: 999_900 })

test.each([
  // proposed, ask, budget → price, actions
  [39_600, 45_000, 50_000, 39_600, ['accept', 'offer']],
  [46_000, 45_000, 50_000, 45_000, ['accept']],
  [10_000, 45_000, 50_000, 27_000, ['accept', 'offer']],
  [39_600, 45_000, 40_000, 39_600, ['offer', 'walk_away']],
  [45_000, 45_000, 40_000, 40_000, ['offer', 'walk_away']],
  [39_600, 45_000, 20_000, 20_000, ['walk_away']],
  [30_000, 44_999, 44_999, 30_000, ['accept', 'offer']],
])(
  'for a proposal of %i, an ask of %i and a budget of %i',
  (proposal, ask, budget, price, allowed) => {
    expect(applyPolicy(proposal, { askCents: ask, budgetCents: budget })).toEqual({
      priceCents: price,
      allowedActions: allowed,
    })
  },
)

test('never lets the buyer pay more than the budget or the asking price', () => {
  fc.assert(
    fc.property(proposed, cents, cents, (proposal, askCents, budgetCents) => {
      const { priceCents, allowedActions } = applyPolicy(proposal, { askCents, budgetCents })
      for (const action of allowedActions) {
        const agreed = agreedPrice(action, priceCents, askCents)
        expect(agreed).toBeLessThanOrEqual(Math.min(askCents, budgetCents))
        expect(Number.isInteger(agreed)).toBe(true)
      }
    }),
  )
})

test('never lets the buyer insult the seller, unless the budget is too small for anything else', () => {
  fc.assert(
    fc.property(proposed, cents, cents, (proposal, askCents, budgetCents) => {
      const { priceCents, allowedActions } = applyPolicy(proposal, { askCents, budgetCents })
      const lowestCents = Math.min(lowestPrice(askCents / 100) * 100, askCents)
      if (allowedActions.includes('offer')) expect(priceCents).toBeGreaterThanOrEqual(lowestCents)
      else expect([['accept'], ['walk_away']]).toContainEqual(allowedActions)
    }),
  )
})
