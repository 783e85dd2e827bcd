import { expect, test } from 'vitest'
import { judge } from './aims.ts'
import { report } from './report.ts'

test('judges by the ratio of each round, and says nothing of what was not measured', () => {
  const results = new Map([
    ['path minimum 1', [{ perSecond: 1_000 }, { perSecond: 100 }, { perSecond: 500 }]],
    ['path off 1', [{ perSecond: 700 }, { perSecond: 70 }, { perSecond: 100 }]],
    ['path ours 1', [{ perSecond: 400 }, { perSecond: 40 }, { perSecond: 200 }]],
  ])
  expect(judge(results)).toEqual([
    { aim: 'path, nodes: 1, telemetry off: ≥ 60 % of the minimum', measured: '70.0 %', met: true },
    { aim: 'path, nodes: 1, telemetry on: ≥ 45 % of the minimum', measured: '40.0 %', met: false },
  ])
  expect(report(results)).toMatch(/^\| Path, nodes: 1, telemetry off +\| 100 \(85–400\) +\|$/m)
})

test('what must not grow is missed when it has grown', () => {
  const verdict = (late: number) => judge(new Map([['memory ours', [{ early: 100, late }]]]))
  expect(verdict(110)).toMatchObject([{ measured: '10 MiB', met: true }])
  expect(verdict(111)).toMatchObject([{ measured: '11 MiB', met: false }])
})
