// How long an engine stays down: hardly at all after a long life, ever longer when one after the other dies young or
// cannot be started; but never so long that whoever waits for the cause to be mended would notice.

export interface RestartPause {
  readonly nextMs: () => number
  /** An engine has died at this age. */
  readonly died: (ageMs: number) => void
}

const firstMs = 50
const maxMs = 5_000
const youngMs = 10_000

export function createRestartPause(): RestartPause {
  let pauseMs = firstMs
  return {
    nextMs: () => {
      const current = pauseMs
      pauseMs = Math.min(2 * pauseMs, maxMs)
      return current
    },
    died: (ageMs) => {
      if (ageMs >= youngMs) pauseMs = firstMs
    },
  }
}
