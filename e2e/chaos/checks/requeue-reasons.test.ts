import { expect, test } from 'vitest'
import type { Injected } from '../inject.ts'
import type { Life } from '../supervise.ts'
import { checkReasons } from './requeue-reasons.ts'
import type { AttemptRow, RequeueFacts } from './requeues.ts'

const attempts: AttemptRow[] = [
  {
    ...{ taskId: 'task', attempt: 1, workerId: 'worker-1.1' },
    ...{ outcome: 'abandoned', errorCode: null },
    fromMs: 11_000,
    toMs: 15_000,
  },
  {
    ...{ taskId: 'task', attempt: 2, workerId: 'worker-2.1' },
    ...{ outcome: 'completed', errorCode: null },
    fromMs: 15_000,
    toMs: 16_000,
  },
]
const living: Life = { id: 'worker-1.1', startedAt: 0, readyAt: 1_000 }
const killed: Life = { ...living, killedAt: 12_000, endedAt: 12_010 }
const successor: Life = { id: 'worker-2.1', startedAt: 0 }

function check(
  counted: Record<string, number>,
  lives: readonly Life[],
  others: Partial<RequeueFacts> = {},
) {
  const facts = { attempts, injected: [], leaseMs: 1_000, lives: [...lives, successor], ...others }
  return checkReasons({ ...facts, counted: new Map(Object.entries(counted)) })
}

test('a killed worker has crashed, and a lease that a living one lost has expired', () => {
  expect(check({ crash: 1 }, [killed]).problems).toEqual([])
  expect(check({ lease_expired: 1 }, [living]).problems).toEqual([])
})

test('finds a crash that was counted as a lease that expired', () => {
  expect(check({ lease_expired: 1 }, [killed]).problems).toEqual([
    'requeues are counted: crash 0, by the rows 1 to 1',
    'requeues are counted: lease_expired 1, by the rows 0 to 0',
  ])
})

test('finds a lease that expired and was counted as a crash', () => {
  expect(check({ crash: 1 }, [living]).problems).toEqual([
    'requeues are counted: crash 1, by the rows 0 to 0',
    'requeues are counted: lease_expired 0, by the rows 1 to 1',
  ])
})

test.each([
  ['failed', 'model_unavailable', 'error'],
  ['released', 'draining', 'draining'],
  ['released', 'checkpoint_newer', 'newer_version'],
  ['released', 'not_cancelled', 'not_cancelled'],
] as const)(
  'holds an attempt that %s (%s) against its own reason',
  (outcome, errorCode, reason) => {
    const [first, second] = attempts as [AttemptRow, AttemptRow]
    const rows = { attempts: [{ ...first, outcome, errorCode }, second] }
    expect(check({ [reason]: 1 }, [living], rows).problems).toEqual([])
    expect(check({ crash: 1 }, [living], rows).problems).toHaveLength(3)
  },
)

const redis = (killedAt: number, readyAt: number): Life[] => [
  { id: 'redis.1', startedAt: 0, killedAt, endedAt: killedAt },
  { id: 'redis.2', startedAt: killedAt, readyAt },
]
const paused: Injected = {
  fault: { kind: 'pause', worker: 1, forMs: 4_000 },
  ...{ text: '', life: 'worker-1.1', hit: [], fromMs: 9_500, toMs: 13_500 },
  isEffective: () => true,
}
const ahead: Injected = {
  ...paused,
  fault: { kind: 'clock jump', worker: 1, byMs: 20_000, forMs: 4_000 },
  ...{ fromMs: 0, toMs: 4_000 },
}
const core: Life = { id: 'core.1', startedAt: 0, killedAt: 15_500, endedAt: 15_510 }
const deaf: Injected = {
  ...paused,
  fault: { kind: 'deaf to core', worker: 2, forMs: 500 },
  ...{ life: 'worker-2.1', fromMs: 14_900, toMs: 15_400 },
}
const diesLater: Life = { ...living, killedAt: 20_000, endedAt: 20_010 }

test.each<[string, Life[], Injected[]]>([
  ['Redis was away, of a killed worker', [killed, ...redis(14_900, 16_000)], []],
  ['Redis was away, of a living worker', [living, ...redis(14_900, 16_000)], []],
  ['it was stopped while Redis came back', [living, ...redis(9_600, 10_000)], [paused]],
  ['it was killed just then', [{ ...living, killedAt: 15_100, endedAt: 15_110 }], []],
  ['it began by a clock that was ahead', [living], [ahead]],
  ['core died, who was asked again, and it was killed by then', [diesLater, core], []],
  ['the answer of core was lost, and it was killed by then', [diesLater], [deaf]],
])('accepts either reason when %s', (_, lives, injected) => {
  expect(check({ crash: 1 }, lives, { injected }).problems).toEqual([])
  expect(check({ lease_expired: 1 }, lives, { injected }).problems).toEqual([])
})

test.each<[string, Life[], Injected[]]>([
  ['Redis was back long ago', [living, ...redis(9_600, 10_000)], []],
  ['another was stopped', [living, ...redis(9_600, 10_000)], [{ ...paused, life: 'worker-3.1' }]],
  ['it was killed long after', [{ ...living, killedAt: 30_000, endedAt: 30_010 }], []],
  ['it was killed after the answer of core', [diesLater], []],
])('does not when %s', (_, lives, injected) => {
  expect(check({ crash: 1 }, lives, { injected }).problems).not.toEqual([])
})

test.each([
  ['too many', { crash: 2 }],
  ['too few', {}],
])('finds %s requeues counted', (_, counted) => {
  const { problems } = check(counted, [killed])
  expect(problems).toContainEqual(expect.stringContaining('requeues are counted: crash and'))
})

test('forgives what a process did not live to tell', () => {
  const lives = [killed, { ...successor, killedAt: 15_500 }]
  const facts = { attempts, injected: [], leaseMs: 1_000, lives, counted: new Map() }
  const { problems, counts } = checkReasons(facts)
  expect(problems).toEqual([])
  expect(counts.untold).toBe(1)
})
