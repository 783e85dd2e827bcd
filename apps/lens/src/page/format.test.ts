import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, clock, duration, isoTime, offset } from './format.ts'

test.each([
  [0, '0'],
  [640, '640 ns'],
  [12_345, '12.3 µs'],
  [999_950, '1 ms'],
  [4_560_000, '4.56 ms'],
  [843_000_000, '843 ms'],
  [1_240_000_000, '1.24 s'],
  [59_990_000_000, '1 min 00 s'],
  [125_000_000_000, '2 min 05 s'],
  [3_725_000_000_000, '1 h 02 min'],
  [-5_000_000, '-5 ms'],
])('writes %d nanoseconds as %s', (ns, text) => {
  expect(duration(ns)).toBe(text)
})

test('never writes more than three digits and a unit below a minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 59_000_000_000 }), (ns) => {
      expect(duration(ns)).toMatch(/^(\d{1,3}|\d\.\d{1,2}|\d\d\.\d) (ns|µs|ms|s)$/)
    }),
  )
})

test('says on which side of the start something lies', () => {
  expect(offset(2_000_000)).toBe('+2 ms')
  expect(offset(-2_000_000)).toBe('-2 ms')
})

test('writes times of other days with their date, and keeps what no date can hold', () => {
  const noon = new Date(2026, 9, 1, 12, 0, 0, 5)
  const unixNano = (BigInt(noon.getTime()) * 1_000_000n).toString()
  expect(clock(unixNano, noon)).toBe('12:00:00.005')
  expect(clock(unixNano, new Date(2026, 9, 2))).toBe('Oct 1 12:00:00.005')
  const beyond = '18446744073709551615000000'
  expect(clock(beyond)).toBe(beyond)
  expect(isoTime(beyond)).toBe(beyond)
})

test('writes sizes', () => {
  expect([999, 12_340, 128_000_000].map(bytes)).toEqual(['999 B', '12.3 kB', '128 MB'])
})
