// What was measured, by part and variant, a sample a round; and how it is summed up.
import { median, summarize } from './telemetry/statistics.ts'

/** Numbers by name: what one variant gave in one round. */
export type Sample = Readonly<Record<string, number>>

export type Results = Map<string, Sample[]>

/** Where a number is found: `path ours 1`, and its name in the sample. */
export type Place = readonly [from: string, key: string]

export function valuesOf(results: Results, [from, key]: Place): number[] {
  return (results.get(from) ?? []).map((sample) => sample[key] ?? Number.NaN)
}

export function middle(results: Results, place: Place): number | undefined {
  const values = valuesOf(results, place)
  return values.length === 0 ? undefined : median(values)
}

/** The median of the rounds' own comparisons: what disturbed a whole round is on both sides of it. */
export function compare(
  results: Results,
  one: Place,
  other: Place,
  by: (one: number, other: number) => number,
): number | undefined {
  const others = valuesOf(results, other)
  const ones = valuesOf(results, one).slice(0, others.length)
  if (ones.length === 0) return undefined
  return median(ones.map((value, round) => by(value, others[round] ?? Number.NaN)))
}

/** The median, and in brackets what half of the rounds lie between. */
export function showValues(values: readonly number[], digits: number): string {
  const { median, low, high } = summarize(values)
  const spread = values.length < 2 ? '' : ` (${low.toFixed(digits)}–${high.toFixed(digits)})`
  return `${median.toFixed(digits)}${spread}`
}
