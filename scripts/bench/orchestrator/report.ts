// The results as text: for the terminal, and for docs/cost.md.
import { markdownTable } from '../telemetry/report/markdown-table.ts'
import { median, summarize } from '../telemetry/statistics.ts'
import type { Sample } from './parts/part.ts'

/** By part and variant, a sample a round. */
export type Results = Map<string, Sample[]>

interface Row {
  readonly title: string
  readonly from: string
  readonly key: string
  readonly digits: number
}

const rows: readonly Row[] = [
  {
    title: 'Path, 1 node: minimum, tasks a second',
    from: 'path minimum 1',
    key: 'perSecond',
    digits: 0,
  },
  { title: 'Path, 1 node: telemetry off', from: 'path off 1', key: 'perSecond', digits: 0 },
  { title: 'Path, 1 node: telemetry on', from: 'path ours 1', key: 'perSecond', digits: 0 },
  {
    title: 'Path, 4 nodes: minimum, tasks a second',
    from: 'path minimum 4',
    key: 'perSecond',
    digits: 0,
  },
  { title: 'Path, 4 nodes: telemetry off', from: 'path off 4', key: 'perSecond', digits: 0 },
  { title: 'Path, 4 nodes: telemetry on', from: 'path ours 4', key: 'perSecond', digits: 0 },
  {
    title: 'Worker alone: telemetry off, tasks a second',
    from: 'worker off',
    key: 'perSecond',
    digits: 0,
  },
  { title: 'Worker alone: telemetry on', from: 'worker ours', key: 'perSecond', digits: 0 },
  { title: 'Worker alone: CPU a task, off, µs', from: 'worker off', key: 'cpuMicros', digits: 0 },
  { title: 'Worker alone: CPU a task, on, µs', from: 'worker ours', key: 'cpuMicros', digits: 0 },
  {
    title: 'Worker: RSS after 20,000 tasks, on, MiB',
    from: 'memory ours',
    key: 'early',
    digits: 0,
  },
  {
    title: 'Worker: RSS after 100,000 tasks, on, MiB',
    from: 'memory ours',
    key: 'late',
    digits: 0,
  },
  {
    title: 'Commit to first attempt at half load, off, p50, ms',
    from: 'pickup off',
    key: 'p50',
    digits: 1,
  },
  {
    title: 'Commit to first attempt at half load, off, p99, ms',
    from: 'pickup off',
    key: 'p99',
    digits: 1,
  },
  {
    title: 'Commit to first attempt at half load, on, p50, ms',
    from: 'pickup ours',
    key: 'p50',
    digits: 1,
  },
  {
    title: 'Commit to first attempt at half load, on, p99, ms',
    from: 'pickup ours',
    key: 'p99',
    digits: 1,
  },
  { title: 'Checkpoint of 10 KB, p50, ms', from: 'checkpoint ours', key: 'p50', digits: 2 },
  { title: 'Checkpoint of 10 KB, p99, ms', from: 'checkpoint ours', key: 'p99', digits: 2 },
  {
    title: 'Time a task with 1,000 waiting, µs',
    from: 'backlog few',
    key: 'microsEach',
    digits: 0,
  },
  {
    title: 'Time a task with 100,000 waiting, µs',
    from: 'backlog many',
    key: 'microsEach',
    digits: 0,
  },
  {
    title: "A busy tenant's task runs for, p50, ms",
    from: 'fairness ours',
    key: 'ranMs',
    digits: 1,
  },
  {
    title: "A quiet tenant's task waits for, p50, ms",
    from: 'fairness ours',
    key: 'waitedMs',
    digits: 1,
  },
  {
    title: "A quiet tenant's task waits for, at most, ms",
    from: 'fairness ours',
    key: 'waitedMostMs',
    digits: 1,
  },
]

export function report(results: Results): string {
  const measured = rows.filter(({ from }) => results.has(from))
  const table = markdownTable(
    ['', 'Median (half of the rounds between)'],
    measured.map(({ title, from, key, digits }) => {
      const values = (results.get(from) ?? []).map((sample) => sample[key] ?? Number.NaN)
      const { median: middle, low, high } = summarize(values)
      const show = (value: number) => value.toFixed(digits)
      const spread = values.length < 2 ? '' : ` (${show(low)}–${show(high)})`
      return [title, `${show(middle)}${spread}`]
    }),
  )
  const verdicts = markdownTable(
    ['Aim', 'Measured', ''],
    judge(results).map(({ aim, measured, met }) => [aim, measured, met ? 'met' : 'missed']),
  )
  return `${table}\n\n${verdicts}`
}

interface Verdict {
  readonly aim: string
  readonly measured: string
  readonly met: boolean
}

/** Of what was measured; nothing is said of the rest. Ratios are those of the rounds themselves. */
export function judge(results: Results): Verdict[] {
  const verdicts: Verdict[] = []
  const add = (
    aim: string,
    value: number | undefined,
    met: (value: number) => boolean,
    show: (value: number) => string,
  ) => {
    if (value !== undefined) verdicts.push({ aim, measured: show(value), met: met(value) })
  }
  const times = (one: string, other: string, key: string) =>
    compare(results, `${one}`, `${other}`, key, key, (a, b) => a / b)
  for (const nodes of [1, 4]) {
    const label = `path, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`
    const off = times(`path off ${nodes}`, `path minimum ${nodes}`, 'perSecond')
    const on = times(`path ours ${nodes}`, `path minimum ${nodes}`, 'perSecond')
    add(`${label}, telemetry off: ≥ 60 % of the minimum`, off, (value) => value >= 0.6, percent)
    add(`${label}, telemetry on: ≥ 45 % of the minimum`, on, (value) => value >= 0.45, percent)
  }
  const worker = middle(results, 'worker ours', 'perSecond')
  add(
    'worker alone, telemetry on: ≥ 2,000 tasks a second',
    worker,
    (value) => value >= 2_000,
    (value) => value.toFixed(0),
  )
  const pickup = middle(results, 'pickup ours', 'p99')
  add(
    'commit to first attempt, p99 ≤ 50 ms',
    pickup,
    (value) => value <= 50,
    (value) => `${value.toFixed(1)} ms`,
  )
  const checkpoint = middle(results, 'checkpoint ours', 'p50')
  add(
    'checkpoint of 10 KB, p50 ≤ 1 ms',
    checkpoint,
    (value) => value <= 1,
    (value) => `${value.toFixed(2)} ms`,
  )
  const grown = compare(
    results,
    'memory ours',
    'memory ours',
    'late',
    'early',
    (late, early) => late - early,
  )
  add(
    'memory flat over 100,000 tasks (≤ 10 MiB more)',
    grown,
    (value) => value <= 10,
    (value) => `${value.toFixed(0)} MiB`,
  )
  const backlog = times('backlog many', 'backlog few', 'microsEach')
  add(
    'time a task: 100,000 waiting within 10 % of 1,000',
    backlog && Math.abs(backlog - 1),
    (value) => value <= 0.1,
    percent,
  )
  const waited = compare(
    results,
    'fairness ours',
    'fairness ours',
    'waitedMostMs',
    'ranMs',
    (most, ran) => most / ran,
  )
  add(
    "a quiet tenant's task waits for ≤ 1 task of a busy one",
    waited,
    (value) => value <= 1,
    (value) => `${value.toFixed(2)} tasks`,
  )
  return verdicts
}

function middle(results: Results, from: string, key: string): number | undefined {
  const samples = results.get(from)
  return samples && median(samples.map((sample) => sample[key] ?? Number.NaN))
}

function compare(
  results: Results,
  one: string,
  other: string,
  oneKey: string,
  otherKey: string,
  by: (one: number, other: number) => number,
): number | undefined {
  const [ones, others] = [results.get(one), results.get(other)]
  if (!ones || !others) return undefined
  const rounds = Math.min(ones.length, others.length)
  return median(
    Array.from({ length: rounds }, (_, round) =>
      by(ones[round]?.[oneKey] ?? Number.NaN, others[round]?.[otherKey] ?? Number.NaN),
    ),
  )
}

const percent = (value: number) => `${(value * 100).toFixed(1)} %`
