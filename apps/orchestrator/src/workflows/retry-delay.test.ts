import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

test('waits up to twice as long after each failure, until the longest pause', () => {
  const retries = { times: 9, firstDelayMs: 100, maxDelayMs: 500 }
  const longest = [1, 2, 3, 4, 5].map((failures) => retryDelayMs(retries, failures, () => 1))
  expect(longest).toEqual([100, 200, 400, 500, 500])
  expect(retryDelayMs(retries, 5, () => 0)).toBe(0)
})

test('any pause below the limit is possible, and none above it', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.nat(50), fc.nat(10_000), fraction, (failures, firstDelayMs, random) => {
      const retries = { times: 1, firstDelayMs, maxDelayMs: 5_000 }
      const delayMs = retryDelayMs(retries, failures + 1, () => random)
      const limitMs = Math.min(firstDelayMs * 2 ** failures, 5_000)
      expect(delayMs).toBe(Math.floor(limitMs * random))
    }),
  )
})
