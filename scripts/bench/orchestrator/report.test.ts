import { expect, test } from 'vitest'
import { judge, report } from './report.ts'

test('judges by the ratio of each round, and says nothing of what was not measured', () => {
  const results = new Map([
    ['path minimum 1', [{ perSecond: 1_000 }, { perSecond: 100 }, { perSecond: 500 }]],
    ['path off 1', [{ perSecond: 700 }, { perSecond: 70 }, { perSecond: 100 }]],
    ['path ours 1', [{ perSecond: 400 }, { perSecond: 40 }, { perSecond: 200 }]],
  ])
  expect(judge(results)).toEqual([
    { aim: 'path, 1 node, telemetry off: ≥ 60 % of the minimum', measured: '70.0 %', met: true },
    { aim: 'path, 1 node, telemetry on: ≥ 45 % of the minimum', measured: '40.0 %', met: false },
  ])
  expect(report(results)).toMatch(/^\| Path, 1 node: telemetry off +\| 100 \(85–400\) +\|$/m)
})
