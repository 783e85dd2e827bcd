import { expect, test } from 'vitest'
import { canEnd, explore, invariants } from './explore.ts'
import { type Guard, guards } from './state.ts'

const faults = 2

test('model check: with any two faults, in any order of steps, every promise is kept', () => {
  const { broken, states } = explore(faults)
  expect(broken).toBeUndefined()
  expect(states).toBeGreaterThan(50_000)
})

const brokenBy: Readonly<Record<Guard, keyof typeof invariants | typeof canEnd>> = {
  'reports are fenced by attempt': 'the result is of the newest attempt',
  'an ended task takes no report': 'a task has one result when it is completed, else none',
  'checkpoints are fenced by attempt': 'an older attempt overwrites no checkpoint of a newer one',
  'a new attempt abandons the one before': 'no two workers have the same attempt',
  'only what was never reported is taken over': 'what an attempt used is charged once at most',
  'a start that is sent again finds its attempt': 'a start that is sent again costs no failure',
  'a worker without the lease starts nothing':
    'an attempt is not taken for lost while its worker has the lease',
  'the reconciler sends lost jobs again': canEnd,
}

test.each(guards)('model check: without "%s" a promise is broken', (guard) => {
  expect(explore(faults, guard).broken?.promise).toBe(brokenBy[guard])
})

test('model check: every promise is one that some guard is needed for', () => {
  expect(new Set(Object.values(brokenBy))).toEqual(new Set([...Object.keys(invariants), canEnd]))
})
