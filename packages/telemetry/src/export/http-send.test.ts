import { expect, test } from 'vitest'
import { readRetryAfter } from './http-send.ts'

const now = Date.parse('2026-01-01T00:00:00Z')

test.each([
  ['30', 30_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', undefined],
  ['0', undefined],
  ['-5', undefined],
  ['soon', undefined],
  ['Infinity', undefined],
  [undefined, undefined],
])('Retry-After: %s means %s ms', (value, ms) => {
  expect(readRetryAfter(value, now)).toBe(ms)
})
