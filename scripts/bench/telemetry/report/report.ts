// The results as text: for the terminal while the bench runs, and for docs/cost.md at its end.
import type { PartName } from '../parts/part.ts'
import type { Samples } from '../rounds.ts'
import { median, summarize } from '../statistics.ts'
import { titles, type Variant, variants } from '../variants.ts'
import { compare, judge } from './aims.ts'
import { markdownTable } from './markdown-table.ts'
import { type Row, rows } from './rows.ts'

export type Results = ReadonlyMap<PartName, Samples>
const compared = ['ours', 'auto'] as const satisfies Variant[]

export function costTable(results: Results): string {
  const head = ['', ...variants.map((variant) => titles[variant]), 'ours − off', 'auto − off']
  const measured = rows.filter(({ part }) =>
    variants.every((each) => results.get(part)?.[each].length),
  )
  return markdownTable(
    head,
    measured.map((row) => [
      row.unit ? `${row.title}, ${row.unit}` : row.title,
      ...variants.map((variant) => cell(results, row, variant)),
      ...compared.map((variant) => difference(results, row, variant)),
    ]),
  )
}

export function aimsTable(results: Results): string {
  const body = judge(results).map(({ aim, measured, met }) => [
    aim,
    measured,
    met ? 'met' : 'missed',
  ])
  return markdownTable(['Aim', 'Measured', ''], body)
}

/** What was sent, and what was recorded and never came. */
export function recordsTable(results: Results): string {
  const body = [...results].flatMap(([part, samples]) =>
    compared
      .filter((variant) => samples[variant][0]?.spans !== undefined)
      .map((variant) => {
        const of = (key: string) => samples[variant].map((sample) => sample[key] ?? 0)
        const sum = (key: string) => of(key).reduce((total, value) => total + value, 0)
        const each = [median(of('spans')), median(of('logs'))].map(String)
        return [part, titles[variant], ...each, String(sum('lostSpans')), String(sum('lostLogs'))]
      }),
  )
  return markdownTable(
    ['', '', 'Spans each', 'Log records each', 'Spans lost', 'Log records lost'],
    body,
  )
}

function cell(results: Results, { part, key, digits }: Row, variant: Variant): string {
  const values = (results.get(part)?.[variant] ?? []).map((sample) => sample[key] ?? Number.NaN)
  const summary = summarize(values)
  const show = (value: number) => value.toFixed(digits)
  if (values.length < 2) return show(summary.median)
  return `${show(summary.median)} (${show(summary.low)}–${show(summary.high)})`
}

function difference(results: Results, { part, key, digits }: Row, variant: Variant): string {
  const value = compare(results, part, key, variant, (one, off) => one - off) ?? Number.NaN
  return `${value > 0 ? '+' : ''}${value.toFixed(digits)}`
}
