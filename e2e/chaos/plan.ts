// What is going to happen to a system, and after what time each: the same for the same seed.
import { Random } from '../../apps/core/src/seed/random.ts'

export const victims = ['worker', 'core', 'model-server', 'redis', 'postgres'] as const
export type Victim = (typeof victims)[number]

export type Fault =
  /** `kill -9`. Redis and Postgres come back with what they had written. */
  | { readonly kind: 'kill'; readonly victim: Exclude<Victim, 'worker'> }
  | { readonly kind: 'kill'; readonly victim: 'worker'; readonly worker: number }
  /** `kill -9`, and Redis comes back with nothing at all. */
  | { readonly kind: 'empty redis' }
  /** Stopped, then continued: longer than a lease. */
  | { readonly kind: 'pause'; readonly worker: number; readonly forMs: number }
  /** Every connection to core ends, and none is taken. */
  | { readonly kind: 'cut from core'; readonly worker: number; readonly forMs: number }
  /** Core hears the worker and acts; the worker hears nothing. */
  | { readonly kind: 'deaf to core'; readonly worker: number; readonly forMs: number }
  /** A second job of a task that runs. */
  | { readonly kind: 'second job' }
  /** The job of a running task goes back to the queue, as if its worker had been silent. */
  | { readonly kind: 'take lease' }
  /** The wall clock of a process goes wrong, and right again. */
  | {
      readonly kind: 'clock jump'
      readonly worker: number
      readonly byMs: number
      readonly forMs: number
    }

export interface PlannedFault {
  /** Since the fault before, or since the system works again after it. */
  readonly afterMs: number
  /** Strikes though the system may not have recovered. */
  readonly inARow: boolean
  readonly fault: Fault
}

export interface PlanOptions {
  readonly seed: number
  readonly kills: number
  readonly workers: number
  readonly leaseMs: number
  /** On average. */
  readonly gapMs: number
  readonly clockJumps: boolean
}

const inARowShare = 0.25
/** Whatever kind of fault is asked for comes this often among twenty kills. */
const killsOfTwenty = { worker: 9, core: 3, 'model-server': 2, redis: 2, empty: 1, postgres: 3 }
const othersAmongThem = {
  ...{ pause: 2, 'cut from core': 2, 'deaf to core': 2, 'second job': 2, 'take lease': 2 },
  'clock jump': 2,
}
type Card = keyof typeof killsOfTwenty | keyof typeof othersAmongThem

export function planFaults(options: PlanOptions): PlannedFault[] {
  const random = new Random(options.seed)
  const planned: PlannedFault[] = []
  let kills = 0
  while (kills < options.kills) {
    for (const card of shuffled(deck(options), random)) {
      const fault = faultOf(card, options, random)
      if (card in killsOfTwenty) kills += 1
      const afterMs = random.integer(options.gapMs * 0.2, options.gapMs * 1.8)
      planned.push({ afterMs, inARow: random.next() < inARowShare, fault })
      if (kills === options.kills) break
    }
  }
  return planned
}

/** What a run has to have met, to be chaos. */
export const faultKinds = [
  ...['kill worker', 'kill core', 'kill model-server', 'kill redis', 'kill postgres'],
  ...['empty redis', 'pause', 'cut from core', 'deaf to core', 'second job', 'take lease'],
  'clock jump',
] as const

export function kindOf(fault: Fault): string {
  return 'victim' in fault ? `${fault.kind} ${fault.victim}` : fault.kind
}

export function isKill(fault: Fault): boolean {
  return fault.kind === 'kill' || fault.kind === 'empty redis'
}

/** One line, for people. */
export function describeFault(fault: Fault): string {
  const parts = [
    fault.kind,
    'victim' in fault && fault.victim !== 'worker' && fault.victim,
    'worker' in fault && `worker-${fault.worker}`,
    'byMs' in fault && `by ${fault.byMs} ms`,
    'forMs' in fault && `for ${fault.forMs} ms`,
  ]
  return parts.filter(Boolean).join(' ')
}

/** Drawn without putting back, so that a run of a few dozen kills has met every kind. */
function deck({ clockJumps }: PlanOptions): Card[] {
  const cards = Object.entries({ ...killsOfTwenty, ...othersAmongThem }) as [Card, number][]
  return cards
    .filter(([card]) => clockJumps || card !== 'clock jump')
    .flatMap(([card, times]) => new Array<Card>(times).fill(card))
}

function shuffled<Value>(values: Value[], random: Random): Value[] {
  const left = [...values]
  return values.flatMap(() => left.splice(random.integer(0, left.length - 1), 1))
}

function faultOf(card: Card, { workers, leaseMs }: PlanOptions, random: Random): Fault {
  const worker = random.integer(1, workers)
  switch (card) {
    case 'worker':
      return { kind: 'kill', victim: 'worker', worker }
    case 'empty':
      return { kind: 'empty redis' }
    case 'core':
    case 'model-server':
    case 'redis':
    case 'postgres':
      return { kind: 'kill', victim: card }
    case 'pause':
      return { kind: card, worker, forMs: random.integer(leaseMs * 1.5, leaseMs * 3) }
    case 'cut from core':
    case 'deaf to core':
      return { kind: card, worker, forMs: random.integer(200, leaseMs * 2) }
    case 'clock jump': {
      // Not far ahead: a job that is handed back then waits until that time (docs/guarantees.md says so).
      const seconds = random.pick([random.integer(1, 20), -random.integer(1, 7_200)])
      return { kind: card, worker, byMs: seconds * 1_000, forMs: random.integer(2_000, 5_000) }
    }
    default:
      return { kind: card }
  }
}
