import { expect, test } from 'vitest'
import { describeFault, faultKinds, isKill, kindOf, type PlanOptions, planFaults } from './plan.ts'

const options: PlanOptions = {
  ...{ seed: 7, kills: 60, workers: 3, leaseMs: 1_000, gapMs: 500, clockJumps: true },
}

test('plans the same for the same seed, and something else for another', () => {
  expect(planFaults(options)).toEqual(planFaults(options))
  expect(planFaults({ ...options, seed: 8 })).not.toEqual(planFaults(options))
})

test.each([1, 20, 61, 1_000])('plans exactly %i kills', (kills) => {
  const planned = planFaults({ ...options, kills })
  expect(planned.filter(({ fault }) => isKill(fault))).toHaveLength(kills)
})

test.each([1, 2, 3, 4, 5])('meets every kind of fault within sixty kills, with seed %i', (seed) => {
  const planned = planFaults({ ...options, seed })
  const kinds = new Set(planned.map(({ fault }) => kindOf(fault)))
  expect([...kinds].sort()).toEqual([...faultKinds].sort())
})

test('pauses are longer than a lease, and every worker there is may be hit', () => {
  const faults = planFaults({ ...options, kills: 200 }).map(({ fault }) => fault)
  const pauses = faults.flatMap((fault) => (fault.kind === 'pause' ? [fault.forMs] : []))
  expect(Math.min(...pauses)).toBeGreaterThan(options.leaseMs)
  const workers = new Set(faults.flatMap((fault) => ('worker' in fault ? [fault.worker] : [])))
  expect([...workers].sort()).toEqual([1, 2, 3])
})

test('without a clock to turn there are no jumps, and the gaps are around what was asked for', () => {
  const planned = planFaults({ ...options, clockJumps: false, kills: 400 })
  expect(planned.some(({ fault }) => fault.kind === 'clock jump')).toBe(false)
  const meanMs = planned.reduce((sum, { afterMs }) => sum + afterMs, 0) / planned.length
  expect(Math.abs(meanMs - options.gapMs)).toBeLessThan(options.gapMs * 0.1)
})

test('a fault is described in a line', () => {
  expect(describeFault({ kind: 'kill', victim: 'worker', worker: 2 })).toBe('kill worker-2')
  expect(describeFault({ kind: 'kill', victim: 'core' })).toBe('kill core')
  expect(describeFault({ kind: 'pause', worker: 1, forMs: 1_500 })).toBe(
    'pause worker-1 for 1500 ms',
  )
})
