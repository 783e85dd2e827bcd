import { expect, test } from 'vitest'
import type { PartName } from '../parts/part.ts'
import type { Samples } from '../rounds.ts'
import { judge } from './aims.ts'

const samples = (key: string, off: number[], ours: number[], auto: number[]): Samples => {
  const of = (values: number[]) => values.map((value) => ({ [key]: value }))
  return { off: of(off), ours: of(ours), auto: of(auto) }
}

test('compares within a round, so that a slow one weighs on both sides', () => {
  const results = new Map<PartName, Samples>([
    ['route', samples('cpuMicros', [50, 90, 50], [60, 100, 60], [110, 150, 110])],
    ['search', samples('perSecond', [400, 200, 400], [320, 160, 320], [100, 50, 100])],
  ])
  expect(judge(results)).toEqual([
    { aim: 'trivial route ≤ 15 µs over off', measured: '10.0 µs', met: true },
    { aim: 'trivial route ≤ 1/3 of what the whole set adds', measured: '16.7 %', met: true },
    { aim: 'search ≤ 10 % of throughput', measured: '20.0 %', met: false },
  ])
})

test('says nothing of what was not measured', () => {
  expect(judge(new Map())).toEqual([])
})
