import { expect, test } from 'vitest'
import {
  analysePrompt,
  decidePrompt,
  leverages,
  lowestPrice,
  type Position,
  priceGap,
  proposePrompt,
  sides,
  suggestedPrice,
} from './negotiation-turns.ts'

const buyer: Position = {
  ...{ side: 'buyer', round: 1, askDollars: 450, offerDollars: 0, limitDollars: 400 },
}
const seller: Position = { ...buyer, side: 'seller', offerDollars: 380, limitDollars: 396 }

test('writes the prompts that the model was trained on, to the space', () => {
  expect([
    analysePrompt({ side: 'buyer', category: 'cameras', condition: 'good', daysListed: 12 }),
    proposePrompt({ ...buyer, leverage: 'fair' }),
    decidePrompt({ ...buyer, priceDollars: 396, tone: 'plain' }),
    proposePrompt({ ...seller, leverage: 'fair' }),
    decidePrompt({ ...seller, round: 2, priceDollars: 415, tone: 'formal' }),
  ]).toEqual([
    'analyse side:buyer category:cameras condition:good age:settled',
    'propose side:buyer round:1 ask:00450 offer:00000 limit:00400 gap:near step:00396 leverage:fair',
    'decide side:buyer round:1 ask:00450 offer:00396 limit:00400 gap:near tone:plain',
    'propose side:seller round:1 ask:00450 offer:00380 limit:00396 gap:near step:00415 leverage:fair',
    'decide side:seller round:2 ask:00415 offer:00380 limit:00396 gap:near tone:formal',
  ])
})

test('holds numbers that are too long or not whole to five digits', () => {
  const prompt = proposePrompt({
    ...{ ...buyer, askDollars: 99.9, limitDollars: 1e6, leverage: 'weak' },
  })
  expect(prompt).toMatch(/ask:00099 offer:00000 limit:99999 gap:ok step:000\d\d /)
})

const amounts = [1, 2, 7, 59, 333, 450, 9_999, 99_999]
const positions = sides.flatMap((side) =>
  amounts.flatMap((askDollars) =>
    amounts.flatMap((limitDollars) =>
      [0, ...amounts]
        .filter((offerDollars) => offerDollars < askDollars)
        .map((offerDollars) => ({ side, round: 1, askDollars, offerDollars, limitDollars })),
    ),
  ),
)

test.each(leverages)('suggests who is %s a price on the way to the other side', (leverage) => {
  for (const where of positions) {
    const { side, askDollars, offerDollars, limitDollars } = where
    const price = suggestedPrice(where, leverage)
    expect(price).toBeGreaterThanOrEqual(Math.min(1, offerDollars))
    expect(price).toBeLessThanOrEqual(askDollars)
    const ownLimit = Math.min(limitDollars, askDollars)
    if (side === 'seller') expect(price).toBeGreaterThanOrEqual(Math.max(ownLimit, offerDollars))
    else expect(price).toBeLessThanOrEqual(ownLimit)
    // A buyer with room left moves.
    if (side === 'buyer' && offerDollars < ownLimit) expect(price).toBeGreaterThan(offerDollars)
  }
})

test('calls a buyer’s gap near from the lowest decent price up to the asking price', () => {
  const ask = 500
  const floor = lowestPrice(ask)
  const gaps = [floor - 1, floor, ask - 1, ask].map((limitDollars) =>
    priceGap({ ...buyer, askDollars: ask, limitDollars }),
  )
  expect(gaps).toEqual(['far', 'near', 'near', 'ok'])
  const exhausted = { ...buyer, askDollars: ask, offerDollars: 400, limitDollars: 400 }
  expect(priceGap(exhausted)).toBe('far')
})

test('calls a seller’s gap near from the lowest decent price up to its own limit', () => {
  const gaps = [269, 270, 395, 396].map((offerDollars) => priceGap({ ...seller, offerDollars }))
  expect(gaps).toEqual(['far', 'near', 'near', 'ok'])
})

test('says that the two have met when what they name is the same and the limit allows it', () => {
  const turn = { ...buyer, limitDollars: 500, priceDollars: 450, tone: 'firm' } as const
  expect(decidePrompt(turn)).toContain('gap:met')
  expect(decidePrompt({ ...turn, limitDollars: 449 })).toContain('gap:near')
  expect(decidePrompt({ ...seller, limitDollars: 380, priceDollars: 380, tone: 'firm' })).toContain(
    'gap:met',
  )
})
