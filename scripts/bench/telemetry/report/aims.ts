// What our telemetry may cost, and what it does.
import type { PartName } from '../parts/part.ts'
import type { Samples } from '../rounds.ts'
import { median } from '../statistics.ts'
import type { Variant } from '../variants.ts'

export interface Verdict {
  readonly aim: string
  readonly measured: string
  readonly met: boolean
}

type Results = ReadonlyMap<PartName, Samples>

/** Of what was measured; nothing is said of the rest. */
export function judge(results: Results): Verdict[] {
  const verdicts: Verdict[] = []
  const add = (
    aim: string,
    value: number | undefined,
    limit: number,
    show: (value: number) => string,
  ) => {
    if (value === undefined) return
    verdicts.push({ aim, measured: show(value), met: value <= limit })
  }
  const over = (part: PartName, key: string, variant: Variant) =>
    compare(results, part, key, variant, (value, off) => value - off)
  const times = (part: PartName, key: string, variant: Variant) =>
    compare(results, part, key, variant, (value, off) => value / off)

  const route = over('route', 'cpuMicros', 'ours')
  const auto = over('route', 'cpuMicros', 'auto')
  const throughput = times('search', 'perSecond', 'ours')
  const share = route !== undefined && auto !== undefined ? route / auto : undefined
  const taken = throughput === undefined ? undefined : 1 - throughput
  add('trivial route ≤ 15 µs over off', route, 15, (value) => `${value.toFixed(1)} µs`)
  add('trivial route ≤ 1/3 of what the whole set adds', share, 1 / 3, percent)
  add('search ≤ 10 % of throughput', taken, 0.1, percent)
  add('search p99 at half load ≤ 2 ms over off', over('search', 'p99', 'ours'), 2, milliseconds)
  add(
    'start ≤ 1.4 × off',
    times('start', 'startMs', 'ours'),
    1.4,
    (value) => `${value.toFixed(2)} ×`,
  )
  add('gateway ≤ 30 MiB over off', over('memory', 'gatewayMebibytes', 'ours'), 30, mebibytes)
  add('core ≤ 30 MiB over off', over('memory', 'coreMebibytes', 'ours'), 30, mebibytes)
  return verdicts
}

/** The median of the rounds' own comparisons: what disturbed a whole round is on both sides of it. */
export function compare(
  results: Results,
  part: PartName,
  key: string,
  variant: Variant,
  by: (value: number, off: number) => number,
): number | undefined {
  const samples = results.get(part)
  const rounds = Math.min(samples?.off.length ?? 0, samples?.[variant].length ?? 0)
  if (!samples || rounds === 0 || samples.off[0]?.[key] === undefined) return undefined
  const value = (of: Variant, round: number) => samples[of][round]?.[key] ?? Number.NaN
  return median(
    Array.from({ length: rounds }, (_, round) => by(value(variant, round), value('off', round))),
  )
}

const percent = (value: number) => `${(value * 100).toFixed(1)} %`
const milliseconds = (value: number) => `${value.toFixed(2)} ms`
const mebibytes = (value: number) => `${value.toFixed(0)} MiB`
