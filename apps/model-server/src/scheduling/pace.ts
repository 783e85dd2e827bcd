// How fast slots have become free of late, which tells those who are refused when to come back.

export interface Pace {
  /** A slot was in use for so long. */
  readonly observe: (milliseconds: number) => void
  /** Until those who wait have had their turn: whole seconds, at least one, at most a minute. */
  readonly secondsFor: (waiting: number) => number
}

/** The newest turn weighs as much as this share of all before it: some dozen turns are remembered. */
const weight = 0.1
const maxSeconds = 60

export function createPace(slots: number): Pace {
  let meanMs: number | undefined
  return {
    observe: (milliseconds) => {
      meanMs = meanMs === undefined ? milliseconds : meanMs + weight * (milliseconds - meanMs)
    },
    secondsFor: (waiting) => {
      const seconds = Math.ceil(((meanMs ?? 0) * (waiting + 1)) / slots / 1_000)
      return Math.min(Math.max(seconds, 1), maxSeconds)
    },
  }
}
