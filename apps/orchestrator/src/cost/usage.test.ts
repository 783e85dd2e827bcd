import type { Usage } from '@throughline/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundledPrices, type Price, readPrices } from './prices.ts'
import { addUsage, costNanoUsd, noUsage, usageOfCall } from './usage.ts'

const price = (input: number, output: number): Price => {
  const file = {
    unit: 'USD per million tokens',
    models: { m: { asOf: '2026-11-21', input, output } },
  }
  return readPrices(file).get('m') as Price
}

// Hundredths of a cent, as price lists have them.
const usd = fc.integer({ min: 0, max: 10_000_000 }).map((parts) => parts / 10_000)
const prices = fc.tuple(usd, usd).map(([input, output]) => price(input, output))
const count = fc.integer({ min: 0, max: 5_000_000 })
const tokens = fc.record({ inputTokens: count, outputTokens: count })
const call = fc
  .tuple(fc.option(prices, { nil: undefined }), fc.option(tokens, { nil: undefined }))
  .map(([known, counted]) => usageOfCall(known, counted))

const sum = (usages: readonly Usage[]) => usages.reduce(addUsage, noUsage)

test.each([
  [0.15, 0.6, 1_000_000, 0, 150_000_000],
  [0.15, 0.6, 0, 1_000_000, 600_000_000],
  [0.05, 0.2, 21, 12, 3_450],
  [0.0375, 0, 1, 0, 38],
  [0, 0, 1_000, 1_000, 0],
])(
  '%f and %f USD a million: %i in, %i out cost %i nano USD',
  (input, output, read, written, cost) => {
    const counted = { inputTokens: read, outputTokens: written }
    expect(costNanoUsd(price(input, output), counted)).toBe(cost)
  },
)

test('a cost is a whole number, never negative, and never less than its tokens', () => {
  fc.assert(
    fc.property(prices, tokens, (known, counted) => {
      const cost = costNanoUsd(known, counted)
      expect(Number.isSafeInteger(cost)).toBe(true)
      const exact =
        BigInt(counted.inputTokens) * BigInt(known.inputPicoUsd) +
        BigInt(counted.outputTokens) * BigInt(known.outputPicoUsd)
      const over = BigInt(cost) * 1_000n - exact
      expect(over >= 0n && over < 1_000n).toBe(true)
    }),
  )
})

test('a sum does not depend on how the calls are spread over nodes and attempts, nor on their order', () => {
  const groups = fc.array(fc.array(call, { maxLength: 8 }), { maxLength: 8 })
  fc.assert(
    fc.property(groups, (attempts) => {
      const calls = attempts.flat()
      expect(sum(attempts.map(sum))).toEqual(sum(calls))
      expect(sum(calls.toReversed())).toEqual(sum(calls))
    }),
  )
})

test('every call is in the sum or among the unpriced ones: unknown is never free', () => {
  fc.assert(
    fc.property(fc.option(prices, { nil: undefined }), tokens, (known, counted) => {
      const { unpricedCalls, costNanoUsd: cost } = usageOfCall(known, counted)
      expect(unpricedCalls).toBe(known === undefined ? 1 : 0)
      if (known === undefined) expect(cost).toBe(0)
    }),
  )
  expect(usageOfCall(price(1, 1), undefined)).toEqual({ ...noUsage, unpricedCalls: 1 })
})

test('the model that comes with the system has a price, and an unknown one has none', () => {
  expect(bundledPrices.get('negotiator')).toEqual({ inputPicoUsd: 50_000, outputPicoUsd: 200_000 })
  expect(bundledPrices.get('nobody-knows')).toBeUndefined()
})

test.each([
  ['a negative price', { input: -1, output: 1, asOf: '2026-11-21' }],
  ['a price without its date', { input: 1, output: 1 }],
  ['a price without its other half', { input: 1, asOf: '2026-11-21' }],
])('a price table with %s is refused', (_, entry) => {
  expect(() => readPrices({ unit: 'USD per million tokens', models: { m: entry } })).toThrow()
})
