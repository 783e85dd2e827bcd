// Jobs that must not overlap: each begins when the one before it has ended, however that ended.

export type InTurn = <Done>(job: () => Promise<Done>) => Promise<Done>

export interface Turns {
  readonly inTurn: InTurn
  /** When the last one is over. */
  readonly over: () => Promise<void>
}

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve()
  return {
    inTurn: (job) => {
      const done = last.then(job)
      last = done.then(
        () => {},
        () => {},
      )
      return done
    },
    over: () => last,
  }
}
