// Answers under way take their next tokens together, a round for each evaluation. Left alone, the library begins the
// next evaluation with whoever asked in time, so that a batch falls apart into small ones; and while one follows the
// other, it lets nobody change a sequence: a new prompt would wait until the others had nearly all ended.

export interface Rounds {
  /** An evaluation begins, from which so many answers get a token. */
  readonly begin: (answers: number) => void
  /** One of them has got it, and may or may not want another. */
  readonly gotToken: () => void
  /** When all of them have got theirs, and who waited for the engine meanwhile has had a turn. */
  readonly next: () => Promise<void>
}

export function createRounds(): Rounds {
  let missing = 0
  let waiting: PromiseWithResolvers<void> | undefined

  const end = () => {
    waiting?.resolve()
    waiting = undefined
  }
  const endIfComplete = () => {
    if (missing <= 0) setImmediate(end)
  }

  return {
    begin: (answers) => {
      missing = answers
    },
    gotToken: () => {
      missing -= 1
      if (waiting !== undefined) endIfComplete()
    },
    next: () => {
      if (waiting !== undefined) return waiting.promise
      waiting = Promise.withResolvers()
      endIfComplete()
      return waiting.promise
    },
  }
}
