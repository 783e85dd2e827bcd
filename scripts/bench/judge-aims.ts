// What was aimed at, beside what was measured.
import { markdownTable } from './telemetry/report/markdown-table.ts'

export interface Aim {
  readonly aim: string
  readonly value: number | undefined
  readonly least?: number
  readonly most?: number
  show(value: number): string
}

export interface Verdict {
  readonly aim: string
  readonly measured: string
  readonly met: boolean
}

/** Of what was measured; nothing is said of the rest. */
export function judgeAims(aims: readonly Aim[]): Verdict[] {
  return aims.flatMap(({ aim, value, least = -Infinity, most = Infinity, show }) =>
    value === undefined ? [] : { aim, measured: show(value), met: value >= least && value <= most },
  )
}

export function aimsTable(verdicts: readonly Verdict[]): string {
  return markdownTable(
    ['Aim', 'Measured', ''],
    verdicts.map(({ aim, measured, met }) => [aim, measured, met ? 'met' : 'missed']),
  )
}

export const percent = (value: number) => `${(value * 100).toFixed(1)} %`
export const unit = (name: string, digits: number) => (value: number) =>
  `${value.toFixed(digits)}${name}`
