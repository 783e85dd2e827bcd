// Every state that can be reached, and for each whether the task can still come to its end.
import { firstState, type Guard, hasEnded, type State } from './state.ts'
import { steps } from './steps.ts'

export interface Exploration {
  readonly states: number
  /** The promise that is broken, and the shortest way to it. */
  readonly broken?: { readonly promise: string; readonly way: string }
}

/** Each is held in every state. */
export const invariants = {
  'a task has one result when it is completed, else none': ({ core }) =>
    core.results.length === (core.state === 'completed' ? 1 : 0),
  'the result is of the newest attempt': ({ core }) =>
    core.results.every((attempt) => attempt === core.attempt),
  'what an attempt used is charged once at most': ({ core }) =>
    core.charged.every((times) => times <= 1),
  'no two workers have the same attempt': ({ workers: [one, other] }) =>
    !one?.attempt || one.attempt !== other?.attempt,
  'an older attempt overwrites no checkpoint of a newer one': ({ overwritten }) => !overwritten,
  'a start that is sent again costs no failure': ({ slandered }) => !slandered,
  'an attempt is not taken for lost while its worker has the lease': ({ robbed }) => !robbed,
} as const satisfies Record<string, (state: State) => boolean>

/** Held of the whole: from every state there is a way to an end that leaves no job behind. */
export const canEnd = 'a task can always come to its end'

interface Reached {
  readonly state: State
  readonly from?: string
  readonly by: string
  readonly before: string[]
}

type Reachable = ReadonlyMap<string, Reached>

export function explore(faults: number, lacking?: Guard): Exploration {
  const first = firstState(faults)
  const reached = new Map<string, Reached>([
    [key(first), { state: first, by: 'submit', before: [] }],
  ])
  // A map is walked in the order of insertion, what is added on the way included: breadth first.
  for (const [id, { state }] of reached) {
    const broken = Object.entries(invariants).find(([, holds]) => !holds(state))
    if (broken) return failure(broken[0], id, reached)
    for (const [by, after] of steps(state, lacking)) {
      const afterId = key(after)
      const known = reached.get(afterId)
      if (known) known.before.push(id)
      else reached.set(afterId, { state: after, from: id, by, before: [id] })
    }
  }
  const stuck = findStuck(reached)
  return stuck ? failure(canEnd, stuck, reached) : { states: reached.size }
}

function findStuck(reached: Reachable): string | undefined {
  const quiet = [...reached].filter(([, { state }]) => isQuiet(state)).map(([id]) => id)
  const ending = new Set(quiet)
  for (const id of ending) for (const before of reached.get(id)?.before ?? []) ending.add(before)
  return [...reached.keys()].find((id) => !ending.has(id))
}

/** A checkpoint may be left, whose lifetime ends it. */
function isQuiet(state: State): boolean {
  return hasEnded(state) && state.job === 'none' && state.workers.every((hands) => !hands)
}

/** Which of the workers is which makes no difference, nor does the order of reports under way. */
function key(state: State): string {
  const sorted = <Value>(values: readonly Value[]) =>
    values.map((value) => JSON.stringify(value)).sort()
  const { workers, reports } = state
  return JSON.stringify({ ...state, workers: sorted(workers), reports: sorted(reports) })
}

function failure(promise: string, id: string, reached: Reachable): Exploration {
  const way: string[] = []
  for (let at = reached.get(id); at; at = reached.get(at.from ?? '')) way.unshift(at.by)
  return { states: reached.size, broken: { promise, way: way.join(', ') } }
}
