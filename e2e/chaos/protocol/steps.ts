// The protocol of docs/guarantees.md, small enough to look at every order of its steps: one task, two workers, core, the
// queue and the checkpoint. A worker that is slow, paused or late is one whose next step comes after others' steps.
import {
  add,
  type Counts,
  type Guard,
  give,
  type Hands,
  hasEnded,
  type Report,
  type State,
  unlease,
  without,
} from './state.ts'

export type Step = readonly [name: string, state: State]
type Has = (guard: Guard) => boolean

const maxFailures = 3

/** Every step that is possible, of whoever it is. */
export function steps(state: State, lacking?: Guard): Step[] {
  const has: Has = (guard) => guard !== lacking
  return [
    ...state.workers.flatMap((hands, worker) =>
      hands ? stepsOf(state, worker, hands, has) : deliver(state, worker),
    ),
    ...(state.faults > 0 ? lostStarts({ ...state, faults: state.faults - 1 }, has) : []),
    ...state.reports.flatMap((report) => arrivals(state, report, has)),
    ...leaseEnds(state),
    ...(state.faults > 0 ? misfortunes({ ...state, faults: state.faults - 1 }) : []),
    ...(state.job === 'none' && !hasEnded(state) && has('the reconciler sends lost jobs again')
      ? [['reconcile', { ...state, job: 'waiting' }] as const]
      : []),
  ]
}

/** They strike at any time, and each is one of the faults there may be. */
function misfortunes(state: State): Step[] {
  return [
    ...state.workers.flatMap((hands, worker): Step[] =>
      hands ? [[`kill ${worker}`, give(state, worker)]] : [],
    ),
    ...state.reports.map(
      (report): Step => ['a report is lost', { ...state, reports: without(state.reports, report) }],
    ),
    ...(state.job === 'active'
      ? [['the lease ends', { ...unlease(state), job: 'waiting' }] as const]
      : []),
    ['Redis forgets', { ...unlease(state), job: 'none', checkpoint: undefined }],
    ...(hasEnded(state)
      ? []
      : [['cancel', { ...state, core: { ...state.core, state: 'cancelled' } }] as const]),
  ]
}

/** Core has opened an attempt, and its worker does not hear of it. */
function lostStarts(state: State, has: Has): Step[] {
  return state.workers.flatMap((hands, worker): Step[] => {
    if (hands?.at !== 'delivered' || !mayStart(hands, has)) return []
    const { core, workers } = start(state, worker, hands, has)
    const unheard = { ...hands, opened: workers[worker]?.attempt ?? 0 }
    return [['the answer to a start is lost', give({ ...state, core }, worker, unheard)]]
  })
}

/** Of a holder who is no more, that is no further fault. */
function leaseEnds(state: State): Step[] {
  if (state.job !== 'active' || state.workers.some((hands) => hands?.leased)) return []
  return [['the lease of the dead ends', { ...state, job: 'waiting' }]]
}

function deliver(state: State, worker: number): Step[] {
  if (state.job !== 'waiting') return []
  const hands: Hands = { at: 'delivered', leased: true, attempt: 0, firstUnreported: 0, used: [] }
  return [[`deliver to ${worker}`, give({ ...state, job: 'active' }, worker, hands)]]
}

function stepsOf(state: State, worker: number, hands: Hands, has: Has): Step[] {
  const step = (name: string, after: State): Step[] => [[`${name} by ${worker}`, after]]
  const go = (at: Hands['at'], used = hands.used) => give(state, worker, { ...hands, at, used })
  switch (hands.at) {
    case 'delivered':
      return mayStart(hands, has)
        ? step('start', start(state, worker, hands, has))
        : step('let go', endDelivery(state, worker, hands))
    case 'started':
      return step('restore', restore(state, worker, hands, has))
    case 'working':
      return step('work', go('worked', add(hands.used, hands.attempt)))
    case 'worked':
      return step('save', save(state, worker, hands, has))
    case 'saved':
      return [true, false].flatMap((succeeded) => {
        const report = { attempt: hands.attempt, succeeded, used: hands.used }
        const sent = { ...go('reporting'), reports: [...state.reports, report] }
        return step(succeeded ? 'complete' : 'fail', sent)
      })
    case 'reporting':
      // The answer does not come in time: what became of the report, nobody here knows.
      return step('hand back', endDelivery(state, worker, hands))
    case 'answered':
      return step('finish', endDelivery(dropCheckpoint(state, hands.attempt, has), worker, hands))
  }
}

function mayStart({ leased }: Hands, has: Has): boolean {
  return leased || !has('a worker without the lease starts nothing')
}

function start(before: State, worker: number, hands: Hands, has: Has): State {
  const { core } = before
  if (hasEnded(before)) return endDelivery(takeLeftovers(before), worker, hands)
  const firstUnreported = core.lastReported + 1
  const isOpen = core.state === 'running' && core.attempt === hands.opened
  if (isOpen && has('a start that is sent again finds its attempt')) {
    return give(before, worker, { ...hands, at: 'started', attempt: core.attempt, firstUnreported })
  }
  const isHeld = before.workers.some((other) => other?.leased && other.attempt === core.attempt)
  const state: State = core.state === 'running' && isHeld ? { ...before, robbed: true } : before
  const guarded = has('a new attempt abandons the one before')
  const failures = core.failures + (core.state === 'running' && guarded ? 1 : 0)
  if (failures >= maxFailures) {
    const dead: State = { ...state, core: { ...core, state: 'dead', failures } }
    return endDelivery(takeLeftovers(dead), worker, hands)
  }
  const attempt = core.state === 'running' && !guarded ? core.attempt : core.attempt + 1
  const started = { ...state, core: { ...core, state: 'running' as const, attempt, failures } }
  const begun = give(started, worker, { ...hands, at: 'started', attempt, firstUnreported })
  return isOpen ? { ...begun, slandered: true } : begun
}

/** What the attempts of a task that has ended did not live to report is in its checkpoint. */
function takeLeftovers(state: State): State {
  const { checkpoint, core } = state
  if (checkpoint === undefined) return state
  const charged = chargeLate(core, checkpoint.writer, checkpoint.used)
  return { ...state, core: charged, checkpoint: undefined }
}

/** Of a task that has ended: from here on it is as if its newest attempt had reported. */
function chargeLate(core: State['core'], attempt: number, used: Counts): State['core'] {
  if (attempt <= core.lastReported) return core
  return { ...core, charged: charge(core, used), lastReported: core.attempt }
}

function charge({ charged }: State['core'], used: Counts): Counts {
  return used.reduce((sum, times, of) => add(sum, of, times), charged)
}

function restore(state: State, worker: number, hands: Hands, has: Has): State {
  const { checkpoint } = state
  if (!checkpoint) return give(state, worker, { ...hands, at: 'working' })
  if (checkpoint.attempt > hands.attempt && has('checkpoints are fenced by attempt')) {
    return endDelivery(state, worker, hands)
  }
  const isUnreported = checkpoint.writer >= hands.firstUnreported
  const takesOver = isUnreported || !has('only what was never reported is taken over')
  const taken = { ...state, checkpoint: { ...checkpoint, attempt: hands.attempt } }
  return give(taken, worker, { ...hands, at: 'working', used: takesOver ? checkpoint.used : [] })
}

function save(state: State, worker: number, hands: Hands, has: Has): State {
  const { attempt, used } = hands
  const isLate = (state.checkpoint?.attempt ?? 0) > attempt
  if (isLate && has('checkpoints are fenced by attempt')) return endDelivery(state, worker, hands)
  const saved = {
    ...give(state, worker, { ...hands, at: 'saved' }),
    checkpoint: { attempt, writer: attempt, used },
  }
  return isLate ? { ...saved, overwritten: true } : saved
}

/** A report reaches core once, or twice; whoever sent it may be dead by then, and hear no answer. */
function arrivals(state: State, report: Report, has: Has): Step[] {
  const applied = applyReport(state, report, has)
  const workers = state.workers.map((hands) =>
    hands?.at === 'reporting' && hands.attempt === report.attempt
      ? { ...hands, at: 'answered' as const }
      : hands,
  )
  const arrived: State = { ...applied, workers, reports: without(state.reports, report) }
  const again: State = { ...applied, faults: state.faults - 1 }
  return [
    ['a report arrives', arrived],
    ...(state.faults > 0 ? [['a report arrives, and will again', again] as const] : []),
  ]
}

function applyReport(state: State, { attempt, succeeded, used }: Report, has: Has): State {
  const { core } = state
  if (attempt !== core.attempt && has('reports are fenced by attempt')) return state
  if (core.state !== 'running' && has('an ended task takes no report')) {
    const isLate = hasEnded(state) && attempt === core.attempt
    return isLate ? { ...state, core: chargeLate(core, attempt, used) } : state
  }
  const told = { ...core, charged: charge(core, used), lastReported: attempt }
  if (succeeded) {
    return { ...state, core: { ...told, state: 'completed', results: [...core.results, attempt] } }
  }
  const failures = core.failures + 1
  return {
    ...state,
    core: { ...told, failures, state: failures < maxFailures ? 'queued' : 'dead' },
  }
}

/** Who has lost the lease moves nothing. A job is gone for good when its task has ended. */
function endDelivery(state: State, worker: number, { leased }: Hands): State {
  const after = give(state, worker)
  return leased ? { ...after, job: hasEnded(state) ? 'none' : 'waiting' } : after
}

function dropCheckpoint(state: State, attempt: number, has: Has): State {
  const isLate = (state.checkpoint?.attempt ?? 0) > attempt
  if (!hasEnded(state) || (isLate && has('checkpoints are fenced by attempt'))) return state
  return { ...state, checkpoint: undefined }
}
