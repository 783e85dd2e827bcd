// What a task may cost, and what it does.
import { type Aim, judgeAims, percent, unit, type Verdict } from '../judge-aims.ts'
import { compare, middle, type Place, type Results } from '../results.ts'

export const judge = (results: Results): Verdict[] => judgeAims(aims(results))

function aims(results: Results): Aim[] {
  const share = (one: Place, other: Place) => compare(results, one, other, (a, b) => a / b)
  const ofMinimum = (variant: string, nodes: number) =>
    share([`path ${variant} ${nodes}`, 'perSecond'], [`path minimum ${nodes}`, 'perSecond'])
  const grown = compare(
    results,
    ['memory ours', 'late'],
    ['memory ours', 'early'],
    (late, early) => late - early,
  )
  const dearer = compare(
    results,
    ['backlog many', 'microsEach'],
    ['backlog few', 'microsEach'],
    (many, few) => Math.abs(many / few - 1),
  )
  const paths = [1, 4].flatMap((nodes): Aim[] => [
    {
      aim: `path, nodes: ${nodes}, telemetry off: ≥ 60 % of the minimum`,
      ...{ value: ofMinimum('off', nodes), least: 0.6, show: percent },
    },
    {
      aim: `path, nodes: ${nodes}, telemetry on: ≥ 45 % of the minimum`,
      ...{ value: ofMinimum('ours', nodes), least: 0.45, show: percent },
    },
  ])
  return [
    ...paths,
    {
      aim: 'worker alone, telemetry on: ≥ 2,000 tasks a second',
      ...{ value: middle(results, ['worker ours', 'perSecond']), least: 2_000, show: unit('', 0) },
    },
    {
      aim: 'commit to first attempt, p99 ≤ 50 ms',
      ...{ value: middle(results, ['pickup ours', 'p99']), most: 50, show: unit(' ms', 1) },
    },
    {
      aim: 'checkpoint of 10 KB, p50 ≤ 1 ms',
      ...{ value: middle(results, ['checkpoint ours', 'p50']), most: 1, show: unit(' ms', 2) },
    },
    {
      aim: 'memory flat over 100,000 tasks (≤ 10 MiB more)',
      ...{ value: grown, most: 10, show: unit(' MiB', 0) },
    },
    {
      aim: 'time a task: 100,000 waiting within 10 % of 1,000',
      ...{ value: dearer, most: 0.1, show: percent },
    },
    {
      aim: "a quiet tenant's task waits for ≤ 1 task of a busy one",
      value: share(['fairness ours', 'waitedMostMs'], ['fairness ours', 'ranMs']),
      ...{ most: 1, show: unit(' tasks', 2) },
    },
  ]
}
