import { expect, test } from 'vitest'
import { pauseAfter } from './backoff.ts'
import { defaultCapacity, longestPauseMs } from './queue-size.ts'

const middle = () => 0.5

test('pauses double up to the longest', () => {
  const pauses = [1, 2, 3, 4, 5, 50].map((attempt) => pauseAfter(attempt, 0, middle))
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, longestPauseMs, longestPauseMs])
})

test('senders do not come back all at once', () => {
  expect(pauseAfter(1, 0, () => 0)).toBe(400)
  expect(pauseAfter(1, 0, () => 0.999)).toBeCloseTo(600, 0)
})

test('the receiver may ask for more than our own pause, not for less', () => {
  expect(pauseAfter(1, 30_000, middle)).toBe(30_000)
  expect(pauseAfter(4, 1_000, middle)).toBe(4_000)
})

test('the queue holds the rate times the outage and what it takes to notice its end', () => {
  expect(defaultCapacity).toBe(500 * (30 + 10 + 6))
})
