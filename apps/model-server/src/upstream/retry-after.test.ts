import { expect, test } from 'vitest'
import { retryAfterMs, retryAfterSeconds } from './retry-after.ts'

const now = Date.parse('2026-11-21T12:00:00Z')

test.each([
  [{}, undefined],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
  [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': '1e9' }, undefined],
  [{ 'retry-after': '99999999999999' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
])('%j asks for %j ms', (headers, expected) => {
  expect(retryAfterMs(headers, now)).toBe(expected)
})

test('is told in whole seconds, never too few', () => {
  expect(retryAfterSeconds({ 'retry-after-ms': '20' })).toBe(1)
})
