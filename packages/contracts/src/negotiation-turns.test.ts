import { expect, test } from 'vitest'
import {
  analysePrompt,
  decidePrompt,
  leverages,
  lowestPrice,
  priceGap,
  proposePrompt,
  suggestedPrice,
} from './negotiation-turns.ts'

test('writes the prompts that the model was trained on, to the space', () => {
  expect([
    analysePrompt({ category: 'cameras', condition: 'good', daysListed: 12 }),
    proposePrompt({ askDollars: 450, budgetDollars: 400, leverage: 'fair' }),
    decidePrompt({ askDollars: 450, budgetDollars: 400, priceDollars: 396, tone: 'plain' }),
  ]).toEqual([
    'analyse category:cameras condition:good age:settled',
    'propose ask:0450 budget:0400 gap:near step:0396 leverage:fair',
    'decide ask:0450 offer:0396 gap:near tone:plain',
  ])
})

test('holds numbers that are too long or not whole to four digits', () => {
  const prompt = proposePrompt({ askDollars: 99.9, budgetDollars: 1e6, leverage: 'weak' })
  expect(prompt).toMatch(/ask:0099 budget:9999 gap:ok step:00\d\d /)
})

test('suggests a price within the budget and the asking price for every leverage', () => {
  for (const leverage of leverages) {
    for (const ask of [1, 10, 333, 9_999]) {
      for (const budget of [1, 7, 200, 20_000]) {
        const price = suggestedPrice(ask, budget, leverage)
        expect(price).toBeGreaterThanOrEqual(1)
        expect(price).toBeLessThanOrEqual(Math.min(ask, budget))
      }
    }
  }
})

test('calls a gap near from the lowest decent price up to the asking price', () => {
  const ask = 500
  const floor = lowestPrice(ask)
  expect([floor - 1, floor, ask - 1, ask].map((budget) => priceGap(ask, budget))).toEqual([
    'far',
    'near',
    'near',
    'ok',
  ])
})
