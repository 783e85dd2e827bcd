import { expect, test } from 'vitest'
import { quantile, summarize } from './statistics.ts'

test('finds the value below which a share of them lies, between two where it must', () => {
  const values = [4, 1, 3, 2]
  expect(quantile(values, 0)).toBe(1)
  expect(quantile(values, 0.5)).toBe(2.5)
  expect(quantile(values, 1)).toBe(4)
  expect(summarize([5, 1, 2, 3, 4])).toEqual({ median: 3, low: 2, high: 4 })
})
