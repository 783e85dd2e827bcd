// What there is to know of one task at one moment, in the protocol of docs/guarantees.md.

export const guards = [
  'reports are fenced by attempt',
  'an ended task takes no report',
  'checkpoints are fenced by attempt',
  'a new attempt abandons the one before',
  'only what was never reported is taken over',
  'a start that is sent again finds its attempt',
  'a worker without the lease starts nothing',
  'the reconciler sends lost jobs again',
] as const
export type Guard = (typeof guards)[number]

/** A task in a worker's hands. */
export interface Hands {
  readonly at: 'delivered' | 'started' | 'working' | 'worked' | 'saved' | 'reporting' | 'answered'
  /** The job is still this worker's to move. */
  readonly leased: boolean
  /** By a start whose answer was lost. */
  readonly opened?: number
  readonly attempt: number
  readonly firstUnreported: number
  readonly used: Counts
}

export interface Report {
  readonly attempt: number
  readonly succeeded: boolean
  readonly used: Counts
}

/** By attempt: how often what it used is in here. */
export type Counts = readonly number[]

export interface State {
  readonly core: {
    readonly state: 'queued' | 'running' | 'completed' | 'cancelled' | 'dead'
    readonly attempt: number
    readonly failures: number
    /** By which attempts. */
    readonly results: readonly number[]
    readonly lastReported: number
    readonly charged: Counts
  }
  readonly job: 'none' | 'waiting' | 'active'
  readonly checkpoint?: { readonly attempt: number; readonly writer: number; readonly used: Counts }
  readonly workers: readonly (Hands | undefined)[]
  readonly reports: readonly Report[]
  /** How many things may still go wrong. */
  readonly faults: number
  readonly overwritten?: true
  /** A failure was counted that no attempt had. */
  readonly slandered?: true
  /** An attempt was taken for lost while its worker had the lease. */
  readonly robbed?: true
}

export function firstState(faults: number): State {
  return {
    core: { state: 'queued', attempt: 0, failures: 0, results: [], lastReported: 0, charged: [] },
    job: 'waiting',
    workers: [undefined, undefined],
    reports: [],
    faults,
  }
}

export function hasEnded({ core }: State): boolean {
  return core.state !== 'queued' && core.state !== 'running'
}

export function unlease(state: State): State {
  return { ...state, workers: state.workers.map((hands) => hands && { ...hands, leased: false }) }
}

export function give(state: State, worker: number, hands?: Hands): State {
  return { ...state, workers: state.workers.with(worker, hands) }
}

export function without<Value>(values: readonly Value[], gone: Value): Value[] {
  return values.filter((value) => value !== gone)
}

export function add(counts: Counts, of: number, times = 1): Counts {
  const length = Math.max(counts.length, of + 1)
  return Array.from({ length }, (_, at) => (counts[at] ?? 0) + (at === of ? times : 0))
}
