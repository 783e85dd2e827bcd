import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clampRange, fraction, ticks } from './time-axis.ts'

const ns = fc.double({ min: 0, max: 1e19, noNaN: true })

test('puts few ticks at round values', () => {
  expect(ticks({ fromNs: 0, toNs: 843e6 }, 6)).toEqual([
    { at: 0, label: '0' },
    { at: fraction({ fromNs: 0, toNs: 843e6 }, 200e6), label: '200 ms' },
    { at: fraction({ fromNs: 0, toNs: 843e6 }, 400e6), label: '400 ms' },
    { at: fraction({ fromNs: 0, toNs: 843e6 }, 600e6), label: '600 ms' },
    { at: fraction({ fromNs: 0, toNs: 843e6 }, 800e6), label: '800 ms' },
  ])
})

test('ends for any range, with ticks inside it', () => {
  fc.assert(
    fc.property(ns, ns, (a, b) => {
      fc.pre(a !== b)
      const range = { fromNs: Math.min(a, b), toNs: Math.max(a, b) }
      const result = ticks(range, 6)
      expect(result.length).toBeLessThanOrEqual(7)
      for (const { at } of result) expect(at).toBeLessThanOrEqual(1)
    }),
  )
})

test('keeps a zoomed range within the trace and never empty', () => {
  const any = fc.double({ min: -1e15, max: 1e15, noNaN: true })
  fc.assert(
    fc.property(any, any, fc.double({ min: 1, max: 1e15, noNaN: true }), (from, to, duration) => {
      const range = clampRange({ fromNs: from, toNs: to }, duration)
      expect(range.toNs).toBeGreaterThan(range.fromNs)
      expect(range.fromNs).toBeGreaterThanOrEqual(0)
      expect(range.toNs).toBeLessThanOrEqual(duration)
    }),
  )
})
