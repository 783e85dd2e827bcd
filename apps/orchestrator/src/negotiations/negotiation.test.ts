import {
  type Action,
  type ListingFacts,
  leverages,
  lowestPrice,
  tones,
} from '@throughline/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Question } from '../models/model-client.ts'
import { bicycle } from '../testing/listing-facts.ts'
import { playWorkflow } from '../testing/play-workflow.ts'
import { negotiation } from './negotiation.ts'
import { lowestAcceptedCents } from './seller.ts'

/** More is no valid request. */
const maxCents = 100_000_000
const listings: fc.Arbitrary<ListingFacts> = fc.record({
  ...{ id: fc.constant('lst'), title: fc.constant('Lamp'), category: fc.constant('lamps') },
  condition: fc.constantFrom('new', 'good', 'worn'),
  // Now and then dearer than a prompt can say.
  priceCents: fc.oneof(
    fc.integer({ min: 1, max: 9_999_900 }),
    fc.integer({ min: 1, max: maxCents }),
  ),
  daysListed: fc.nat({ max: 400 }),
})
/** Of the asking price. Most are close, where it matters. */
const budgetShares = fc.oneof(
  fc.double({ min: 0.75, max: 1.05, noNaN: true }),
  fc.double({ min: 0.01, max: 2, noNaN: true }),
)

interface Whims {
  readonly leverage: (typeof leverages)[number]
  readonly prices: readonly string[]
  readonly tone: (typeof tones)[number]
  readonly choices: readonly number[]
}

/** A model that says anything the form of the answer lets it say. */
const whims: fc.Arbitrary<Whims> = fc.record({
  leverage: fc.constantFrom(...leverages),
  prices: fc.array(
    fc.integer({ min: 0, max: 99_999 }).map((price) => `${price}`.padStart(5, '0')),
    {
      ...{ minLength: 2, maxLength: 2 },
    },
  ),
  tone: fc.constantFrom(...tones),
  choices: fc.array(fc.nat({ max: 10 }), { minLength: 3, maxLength: 3 }),
})

function modelWith({ leverage, prices, tone, choices }: Whims) {
  let [proposals, decisions] = [0, 0]
  return (question: Question<unknown>): unknown => {
    if (question.name === 'analyse') return { leverage }
    if (question.name === 'propose') return { price: prices[proposals++], tone }
    const allowed = actionsIn(question)
    const choice = choices[decisions++] ?? 0
    return { action: allowed[choice % allowed.length], message: 'Would you take {price}?' }
  }
}

/** What the form of the answer leaves to choose from. */
function actionsIn({ answer }: Question<unknown>): Action[] {
  const all: Action[] = ['accept', 'offer', 'walk_away']
  return all.filter((action) => answer.safeParse({ action, message: 'x' }).success)
}

async function play(listing: ListingFacts, budgetCents: number, whim: Whims) {
  const input = { listing, budgetCents }
  return playWorkflow(negotiation, input, modelWith(whim))
}

const anything = [listings, budgetShares, whims] as const
const budgetOf = ({ priceCents }: ListingFacts, share: number) =>
  Math.max(1, Math.min(maxCents, Math.round(priceCents * share)))

test('whatever the model says: a deal when one is possible, walking away when not', async () => {
  await fc.assert(
    fc.asyncProperty(...anything, async (listing, share, whim) => {
      const budgetCents = budgetOf(listing, share)
      const { result } = await play(listing, budgetCents, whim)
      const possible = budgetCents >= lowestAcceptedCents(listing)
      expect(result.action === 'walk_away').toBe(!possible)
      if (possible) expect(result.priceCents).toBeGreaterThanOrEqual(lowestAcceptedCents(listing))
    }),
    { numRuns: 500 },
  )
})

test('whatever the model says: offers stay within the budget, rise, and end in three rounds', async () => {
  await fc.assert(
    fc.asyncProperty(...anything, async (listing, share, whim) => {
      const budgetCents = budgetOf(listing, share)
      const { result, steps } = await play(listing, budgetCents, whim)
      const offers = result.rounds.map(({ offerCents }) => offerCents)
      expect(offers).toEqual([...new Set(offers)].sort((a, b) => a - b))
      for (const paid of [...offers, result.priceCents]) {
        expect(paid).toBeLessThanOrEqual(Math.min(budgetCents, listing.priceCents))
      }
      const decisions = [...steps.keys()].filter((step) => step.startsWith('decide'))
      expect(decisions.length).toBeGreaterThanOrEqual(1)
      expect(decisions.length).toBeLessThanOrEqual(3)
    }),
    { numRuns: 500 },
  )
})

const calm: Whims = {
  leverage: 'fair',
  prices: ['00380', '00390'],
  tone: 'plain',
  choices: [1, 1, 0],
}
const { priceCents } = bicycle

test('an offer that the seller takes is the end of it', async () => {
  const { result, steps } = await play(bicycle, 50_000, { ...calm, prices: ['00410', '0'] })
  expect(result).toEqual({
    action: 'offer',
    priceCents: 41_000,
    message: 'Would you take $410?',
    model: 'tiny',
    rounds: [{ offerCents: 41_000 }],
  })
  expect([...steps.keys()]).toEqual([
    'analyse',
    'propose',
    'policy',
    'decide',
    'counter',
    'outcome',
  ])
})

test('offer, counter-offer, offer, last word, deal', async () => {
  const { result, steps } = await play(bicycle, priceCents, calm)
  expect(result).toMatchObject({
    action: 'accept',
    priceCents: 39_600,
    rounds: [
      { offerCents: 38_000, counterCents: 41_500 },
      { offerCents: 39_000, counterCents: 39_600 },
    ],
  })
  expect(steps.size).toBe(12)
})

test('walks away from a seller whose last word is above the budget', async () => {
  const { result } = await play(bicycle, 39_500, calm)
  expect(result).toMatchObject({ action: 'walk_away', priceCents: 0, rounds: { length: 2 } })
})

test('walks away at once when any decent offer is above the budget', async () => {
  const { result, steps } = await play(bicycle, lowestPrice(450) * 100 - 1, calm)
  expect(result).toMatchObject({ action: 'walk_away', rounds: [] })
  expect([...steps.keys()]).not.toContain('counter')
})

test.each([1, 2])(
  'a negotiation that version %i has begun goes on from what still holds',
  async (version) => {
    const outputs = {
      analyse: { leverage: 'fair' },
      propose: { price: '0410', tone: 'plain' },
      policy: { priceCents: 41_000, allowedActions: ['accept', 'offer'] },
      decide: { action: 'offer', message: 'Would you take {price}?' },
    }
    const migrated = negotiation.migrate?.({ version, outputs })
    const input = { listing: bicycle, budgetCents: 50_000 }
    const { steps } = await playWorkflow(
      negotiation,
      input,
      modelWith({ ...calm, prices: ['00410', '0'] }),
      migrated,
    )
    expect([...steps.keys()]).toEqual(['propose', 'policy', 'decide', 'counter', 'outcome'])
    expect(negotiation.migrate?.({ version: 0, outputs })).toBeUndefined()
  },
)
