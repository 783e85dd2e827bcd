import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

test('expects those who wait to take as long as those before them', () => {
  const pace = createPace(2)
  pace.observe(3_000)
  expect(pace.secondsFor(0)).toBe(2)
  expect(pace.secondsFor(9)).toBe(15)
})

test('follows a pace that changes', () => {
  const pace = createPace(1)
  pace.observe(10_000)
  for (let turn = 0; turn < 100; turn++) pace.observe(2_000)
  expect(pace.secondsFor(1)).toBe(5)
})

test('says a second at least, even before anybody was served, and a minute at most', () => {
  const pace = createPace(1)
  expect(pace.secondsFor(1_000)).toBe(1)
  pace.observe(5)
  expect(pace.secondsFor(1)).toBe(1)
  pace.observe(3_600_000)
  expect(pace.secondsFor(1)).toBe(60)
})
