import { expect, test } from 'vitest'
import { Random } from '../random.ts'
import { arrivals } from './arrivals.ts'
import { busiest, busyness } from './rhythm.ts'

const daySeconds = 600
const first = (count: number, seed: number, rate = 1) =>
  arrivals({ rate, daySeconds, random: new Random(seed) })
    .take(count)
    .toArray()

test('the same seed brings shoppers at the same times, another seed at others', () => {
  expect(first(200, 7)).toEqual(first(200, 7))
  expect(first(200, 8)).not.toEqual(first(200, 7))
})

test.each([0.5, 3])('brings %d a second, averaged over a hundred days', (rate) => {
  const expected = rate * daySeconds * 100
  expect(first(expected, 7, rate).at(-1)).toBeCloseTo(daySeconds * 100, -3)
})

test('brings many in the evening and few at night', () => {
  // The shop opens at nine in the morning of the first day.
  const hours = first(20_000, 7).map((at) => ((at / daySeconds) * 24 + 9) % 24)
  const between = (from: number, to: number) => hours.filter((at) => at >= from && at < to).length
  expect(between(18, 21)).toBeGreaterThan(5 * between(1, 4))
})

test('the rhythm of a day averages one, and no moment is busier than the busiest', () => {
  const moments = Array.from({ length: 2_400 }, (_, index) => busyness(index / 2_400))
  expect(moments.reduce((sum, each) => sum + each) / moments.length).toBeCloseTo(1, 3)
  expect(Math.max(...moments)).toBeLessThanOrEqual(busiest)
  expect(busyness(5.25)).toBeCloseTo(busyness(0.25))
})
