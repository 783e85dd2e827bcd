// The stretch of time that the waterfall shows, and the ticks above it.
import { duration } from './format.ts'

export interface TimeRange {
  readonly fromNs: number
  readonly toNs: number
}

/** Where a moment lies in the range: 0 at its left edge, 1 at its right. */
export function fraction(range: TimeRange, ns: number): number {
  return (ns - range.fromNs) / (range.toNs - range.fromNs)
}

export interface Tick {
  readonly at: number
  readonly label: string
}

/** At round values, at most `most` of them. */
export function ticks(range: TimeRange, most: number): Tick[] {
  const step = roundStep((range.toNs - range.fromNs) / most)
  const result: Tick[] = []
  for (let ns = Math.ceil(range.fromNs / step) * step; ns <= range.toNs; ns += step) {
    result.push({ at: fraction(range, ns), label: duration(ns) })
    // A range so far out that adding the step changes nothing any more.
    if (result.length > most) break
  }
  return result
}

/** The next of 1, 2, 5, 10, 20, 50, … */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find((factor) => factor * power >= least) ?? 10) * power
}

/** Never empty, and no narrower than what a picture can resolve. */
export function clampRange(range: TimeRange, durationNs: number): TimeRange {
  const width = Math.max(range.toNs - range.fromNs, durationNs / 1e6, 1)
  const fromNs = Math.min(Math.max(range.fromNs, 0), Math.max(durationNs - width, 0))
  return { fromNs, toNs: Math.min(fromNs + width, Math.max(durationNs, 1)) }
}
