// Stops asking a provider that fails most of the time: callers hear so at once, and it is left alone to recover.
import { ModelServerError } from '../errors.ts'

/** From well to ill: a metric says which by its place. */
export const circuitStates = ['closed', 'half_open', 'open'] as const
export type CircuitState = (typeof circuitStates)[number]

/** What an attempt tells about the provider's health; nothing, when somebody else ended it. */
export type Verdict = 'well' | 'ill' | 'unknown'

export interface CircuitBreakerOptions {
  /** How many of the last outcomes count, and of how many at least one may judge. */
  readonly windowSize?: number
  readonly minOutcomes?: number
  /** The share of failures among them with which it opens. */
  readonly failureShare?: number
  /** How long nobody is let through before one request tries. */
  readonly openMs?: number
  readonly onChange: (state: CircuitState) => void
}

export interface CircuitBreaker {
  /** Fails with `upstream_unavailable` while it is open, and while another request tries. */
  readonly run: <Result>(attempt: Attempt<Result>, judge: Judge) => Promise<Result>
  /** Half open as soon as a request would be let through, although none may come for hours. */
  readonly state: () => CircuitState
}

/** Tells with `isWell` that the provider answers, when that is known long before the answer's end. */
export type Attempt<Result> = (isWell: () => void) => Promise<Result>
export type Judge = (error: unknown) => Verdict

export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { windowSize = 20, minOutcomes = 10, failureShare = 0.5, openMs = 10_000 } = options
  let state: CircuitState = 'closed'
  let outcomes: Verdict[] = []
  let opensAgainAt = 0
  let trying = false
  // What was asked before the state changed says nothing about the provider as it is now.
  let era = 0

  const enter = (next: CircuitState) => {
    state = next
    era += 1
    outcomes = []
    trying = false
    opensAgainAt = performance.now() + openMs
    options.onChange(next)
  }
  const pauseLeftMs = () => opensAgainAt - performance.now()
  const stateNow = () => (state === 'open' && pauseLeftMs() <= 0 ? 'half_open' : state)
  const admit = () => {
    if (stateNow() !== state) enter(stateNow())
    if (state === 'open') throw unavailable(pauseLeftMs())
    if (state === 'half_open' && trying) throw unavailable(0)
    trying = state === 'half_open'
    return era
  }
  const settle = (verdict: Verdict, admittedIn: number) => {
    if (admittedIn !== era) return
    trying = false
    if (verdict === 'unknown') return
    if (state === 'half_open') return enter(verdict === 'ill' ? 'open' : 'closed')
    outcomes = [...outcomes, verdict].slice(-windowSize)
    const failures = outcomes.filter((outcome) => outcome === 'ill').length
    if (outcomes.length >= minOutcomes && failures / outcomes.length >= failureShare) enter('open')
  }

  return {
    state: stateNow,
    run: async (attempt, judge) => {
      let admittedIn = admit()
      let isSettled = false
      const isWell = () => {
        if (isSettled) return
        isSettled = true
        settle('well', admittedIn)
        // If it fails after all, that is an outcome of its own, and of the state that this one has led to.
        admittedIn = era
      }
      try {
        const result = await attempt(isWell)
        isWell()
        return result
      } catch (err) {
        const verdict = judge(err)
        if (verdict === 'ill' || !isSettled) settle(verdict, admittedIn)
        throw err
      }
    },
  }
}

function unavailable(leftMs: number): ModelServerError {
  return new ModelServerError('upstream_unavailable', 'The provider fails; it is not asked now', {
    retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1_000)),
  })
}
