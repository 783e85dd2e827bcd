import { expect, test } from 'vitest'
import { Random } from '../random.ts'
import { mistakeNames } from './mistakes.ts'
import { planVisit, type Visit, waitings } from './plan-visit.ts'

const plan = (seed: number, index: number) => planVisit(new Random(seed).fork(index))
const plans = (seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => plan(seed, index))
const share = (visits: readonly Visit[], kind: Visit['kind']) =>
  visits.filter((visit) => visit.kind === kind).length / visits.length

test('a visit depends on its seed and its number, and on nothing that was drawn before', () => {
  const [third] = plans(7, 3).slice(-1)
  expect(plan(7, 2)).toEqual(third)
  expect(plans(8, 20)).not.toEqual(plans(7, 20))
})

test('most look around, many buy, some ask, a few blunder', () => {
  const visits = plans(7, 5_000)
  expect(share(visits, 'browse')).toBeCloseTo(0.43, 1)
  expect(share(visits, 'negotiate')).toBeCloseTo(0.42, 1)
  expect(share(visits, 'consult')).toBeCloseTo(0.09, 1)
  expect(share(visits, 'mistake')).toBeCloseTo(0.06, 1)
})

test('every mistake, wish and way of waiting comes up within an hour of default traffic', () => {
  const visits = plans(7, 3_600)
  const seen = visits.map((visit) =>
    visit.kind === 'mistake' ? visit.mistake : visit.purchase?.waiting,
  )
  for (const one of [...mistakeNames, ...waitings]) expect(seen).toContain(one)
  const unlucky = visits.filter((visit) => visit.kind === 'negotiate' && visit.purchase?.unlucky)
  expect(unlucky.length).toBeGreaterThan(20)
  const asked = visits.flatMap((visit) => ('consultation' in visit ? [visit.consultation] : []))
  for (const about of ['listing', 'prices'] as const) {
    expect(asked.filter((one) => one?.about === about && one.changesMind).length).toBeGreaterThan(5)
  }
})
