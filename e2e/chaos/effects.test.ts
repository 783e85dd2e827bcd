import { expect, test } from 'vitest'
import { countEffects, readWrongClock, wasStoppedMs } from './effects.ts'
import type { Injected } from './inject.ts'
import { type Fault, faultKinds } from './plan.ts'
import type { Life } from './supervise.ts'

const injected = (fault: Fault, effective: boolean): Injected => ({
  ...{ fault, text: '', fromMs: 0, toMs: 0, hit: [], isEffective: () => effective },
})

test('counts what had an effect apart from what was only tried, and names what never came', () => {
  const counts = countEffects([
    injected({ kind: 'take lease' }, true),
    injected({ kind: 'take lease' }, false),
    injected({ kind: 'kill', victim: 'core' }, true),
  ])
  expect(Object.keys(counts)).toEqual([...faultKinds])
  expect(counts).toMatchObject({
    'take lease': { injected: 2, effective: 1 },
    'kill core': { injected: 1, effective: 1 },
    'clock jump': { injected: 0, effective: 0 },
  })
})

test('a pause counts until its process was killed', () => {
  const life = { id: 'worker-1.1', startedAt: 0 }
  expect(wasStoppedMs(life, { fromMs: 1_000, toMs: 3_000 })).toBe(2_000)
  expect(wasStoppedMs({ ...life, endedAt: 1_200 }, { fromMs: 1_000, toMs: 3_000 })).toBe(200)
})

test.each<[string, Partial<Life>, boolean]>([
  ['lived with it', {}, true],
  ['began while it was wrong', { startedAt: 1_200 }, true],
  ['was killed before it looked again', { endedAt: 1_800 }, false],
  ['was dead', { endedAt: 900 }, false],
  ['came when it was right again', { startedAt: 2_900 }, false],
])('whether a process that %s has read a wrong clock', (_, about, expected) => {
  const life = { id: 'worker-1.1', startedAt: 0, ...about }
  expect(readWrongClock(life, { fromMs: 1_000, toMs: 3_000 })).toBe(expected)
})
