import fc from 'fast-check'
import type { Token } from 'node-llama-cpp'
import { expect, test } from 'vitest'
import { createBatches } from './batches.ts'

const itemsOf = (lengths: readonly number[]) =>
  lengths.map((length) => ({
    tokens: Array<Token>(length).fill(0 as Token),
    logits: [],
    evaluationPriority: 5 as const,
  }))

function share(lengths: readonly number[], size: number): number[] {
  const items = itemsOf(lengths)
  const shared = createBatches().share({ items, size })
  return items.map((item) => shared.find((part) => part.item === item)?.processAmount ?? Number.NaN)
}

test('gives every answer its token, and the rest to prompts', () => {
  expect(share([1, 90, 1, 40], 64)).toEqual([1, 31, 1, 31])
  expect(share([1, 1, 1], 3)).toEqual([1, 1, 1])
  expect(share([10, 200], 100)).toEqual([10, 90])
})

test('fills the batch as far as there are tokens, and leaves nobody out', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 16 })
  fc.assert(
    fc.property(lengths, fc.integer({ min: 16, max: 512 }), (wanted, size) => {
      const given = share(wanted, size)
      const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
      expect(sum(given)).toBe(Math.min(size, sum(wanted)))
      expect(Math.min(...given)).toBeGreaterThan(0)
    }),
  )
})

test('counts evaluations, and who had a part in them', () => {
  const { share, counts } = createBatches()
  share({ items: itemsOf([1, 1]), size: 8 })
  share({ items: itemsOf([1]), size: 8 })
  expect(counts()).toEqual({ batches: 2, parts: 3 })
})
