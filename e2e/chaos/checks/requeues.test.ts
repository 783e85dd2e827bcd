import { expect, test } from 'vitest'
import type { Injected } from '../inject.ts'
import { type AttemptRow, checkRequeues, type RequeueFacts } from './requeues.ts'

const row = (attempt: number, outcome: AttemptRow['outcome'], about: Partial<AttemptRow> = {}) => ({
  ...{ taskId: 'task', attempt, outcome, errorCode: null, workerId: 'worker-1.1' },
  ...{ fromMs: 1_000, toMs: 5_000 },
  ...about,
})
const kill: Injected = {
  fault: { kind: 'kill', victim: 'worker', worker: 1 },
  ...{ text: 'kill worker-1: worker-1.1', life: 'worker-1.1', hit: ['task 1'] },
  isEffective: () => true,
  ...{ fromMs: 2_000, toMs: 2_100 },
}
const second = row(2, 'completed', { workerId: 'worker-2.1', fromMs: 5_000, toMs: 6_000 })
const kept: RequeueFacts = {
  attempts: [row(1, 'abandoned'), second],
  injected: [kill],
  lives: [
    { id: 'worker-1.1', startedAt: 0, killedAt: 2_000, endedAt: 2_010 },
    { id: 'worker-2.1', startedAt: 0 },
  ],
  counted: new Map([['crash', 1]]),
  leaseMs: 1_000,
}

test('a kill that hit a task, its requeue and its count agree', () => {
  expect(checkRequeues(kept)).toEqual({
    problems: [],
    counts: {
      ...{ hits: 1, hitsLost: 1, lostByItself: 0, requeues: 1, counted: 1, untold: 0 },
      ...{ sureLosses: 1, sureCrashes: 1, countedCrashes: 1, countedExpiries: 0 },
    },
  })
})

test('finds a report of a process that was dead', () => {
  const attempts = [row(1, 'completed', { toMs: 30_000 })]
  const { problems } = checkRequeues({ ...kept, attempts, counted: new Map() })
  expect(problems).toEqual([expect.stringContaining('the dead report nothing')])
})

test('finds a lost attempt that the kill did not see', () => {
  const attempts = [row(1, 'abandoned', { fromMs: -9_000 }), second]
  const injected = [{ ...kill, hit: [] }]
  const { problems } = checkRequeues({ ...kept, attempts, injected })
  expect(problems).toEqual([expect.stringContaining('a kill hits what runs')])
})
