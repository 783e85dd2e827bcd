import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TaskError } from '../errors.ts'
import { readPrices } from './prices.ts'
import { openSpending, type Reservation, usageAttributes } from './spending.ts'
import { noUsage } from './usage.ts'

const prices = readPrices({
  unit: 'USD per million tokens',
  models: { tiny: { asOf: '2026-11-21', input: 1, output: 2 } },
})
const open = (budgetNanoUsd?: number) => openSpending({ tenantId: 'demo', prices, budgetNanoUsd })
const call = (requestBytes: number, maxOutputTokens: number, model = 'tiny') => ({
  ...{ model, requestBytes, maxOutputTokens },
})

const count = fc.integer({ min: 0, max: 500 })
const step = fc.oneof(
  fc.record({ kind: fc.constant('reserve' as const), bytes: count, most: count }),
  fc.record({ kind: fc.constant('settle' as const), read: fc.nat(), written: fc.nat() }),
  fc.record({ kind: fc.constant('release' as const) }),
)

test('however calls overlap, what is used never passes the budget', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_000_000 }), fc.array(step), (budget, steps) => {
      const spending = open(budget)
      const running: { reservation: Reservation; bytes: number; most: number }[] = []
      for (const one of steps) {
        if (one.kind === 'reserve') {
          try {
            running.push({ ...one, reservation: spending.reserve(call(one.bytes, one.most)) })
          } catch (err) {
            expect(err).toMatchObject({ code: 'budget_exceeded' })
          }
          continue
        }
        const ended = running.shift()
        if (one.kind === 'release') ended?.reservation.release()
        else {
          // A model reads no more tokens than it was sent bytes, and writes no more than it may.
          ended?.reservation.settle({
            inputTokens: one.read % (ended.bytes + 1),
            outputTokens: one.written % (ended.most + 1),
          })
        }
        expect(spending.used().costNanoUsd).toBeLessThanOrEqual(budget)
      }
    }),
  )
})

test('the last call that fits is made, the next is not', () => {
  const spending = open(300_000)
  spending.reserve(call(100, 50)).settle({ inputTokens: 100, outputTokens: 50 })
  spending.reserve(call(50, 25)).settle({ inputTokens: 50, outputTokens: 25 })
  expect(spending.used().costNanoUsd).toBe(300_000)
  expect(() => spending.reserve(call(1, 0))).toThrow(TaskError)
})

test('what a model did not use is free for the next call; what nobody knows is not', () => {
  const spending = open(200_000)
  spending.reserve(call(100, 50)).settle({ inputTokens: 1, outputTokens: 0 })
  spending.reserve(call(100, 40)).release()
  spending.reserve(call(100, 40)).settle(undefined)
  expect(spending.used()).toMatchObject({ costNanoUsd: 1_000, unpricedCalls: 1 })
  expect(() => spending.reserve(call(100, 0))).toThrow(TaskError)
})

test('what attempts before could not report counts against the budget', () => {
  const spending = open(200_000)
  spending.takeOver({ ...noUsage, inputTokens: 150, costNanoUsd: 150_000 })
  expect(() => spending.reserve(call(51, 0))).toThrow(TaskError)
  spending.reserve(call(50, 0))
})

test('with a budget, a model that has no price is not asked, and that is what the task ends with', () => {
  expect(() => open(1e12).reserve(call(1, 1, 'unknown'))).toThrow(
    expect.objectContaining({ code: 'model_unpriced', consequence: 'fail' }),
  )
})

test('without a budget everything is allowed, also what has no known price', () => {
  const spending = open()
  spending.reserve(call(1e6, 1e6)).settle({ inputTokens: 1e6, outputTokens: 1e6 })
  spending.reserve(call(1, 1, 'unknown')).settle({ inputTokens: 1, outputTokens: 1 })
  expect(spending.used()).toMatchObject({ costNanoUsd: 3_000_000_000, unpricedCalls: 1 })
})

test('each node has its tally, and the attempt the sum of them', () => {
  const spending = open()
  const nodes = [spending.tally(), spending.tally()]
  nodes[0]?.reserve(call(10, 10)).settle({ inputTokens: 3, outputTokens: 1 })
  nodes[1]?.tally().reserve(call(10, 10)).settle({ inputTokens: 5, outputTokens: 0 })
  expect(nodes.map((node) => node.used().costNanoUsd)).toEqual([5_000, 5_000])
  expect(spending.used()).toMatchObject({ inputTokens: 8, outputTokens: 1, costNanoUsd: 10_000 })
})

test('a span shows what is known, and says of how many calls nothing is', () => {
  expect(usageAttributes(noUsage)).toEqual({})
  const used = { ...noUsage, costNanoUsd: 3_450, unpricedCalls: 2 }
  expect(usageAttributes(used)).toEqual({
    'throughline.llm.cost_usd': 0.00000345,
    'throughline.llm.unpriced_calls': 2,
  })
})
