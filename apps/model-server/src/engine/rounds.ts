// Answers under way take their next tokens together, a round for each evaluation. Left alone, the library begins the
// next evaluation with whoever asked in time, so that a batch falls apart into small ones; and while one follows the
// other, it lets nobody change a sequence: a new prompt would wait until the others had nearly all ended.

export interface Rounds {
  /** An evaluation begins, from which so many answers get a token. */
  readonly begin: (answers: number) => void
  /**
   * One answer's tokens as they come. The next one is asked for when all have got theirs, or will not get any more, and
   * who waited for the engine meanwhile has had a turn.
   */
  readonly inStep: <Token>(tokens: AsyncIterable<Token>) => AsyncIterable<Token>
}

export function createRounds(): Rounds {
  let missing = 0
  let waiting: PromiseWithResolvers<void> | undefined

  const end = () => {
    waiting?.resolve()
    waiting = undefined
  }
  const endIfComplete = () => {
    const round = waiting
    if (missing > 0 || round === undefined) return
    setImmediate(() => {
      if (waiting === round) end()
    })
  }
  const got = () => {
    missing -= 1
    endIfComplete()
  }
  const next = () => {
    waiting ??= Promise.withResolvers()
    endIfComplete()
    return waiting.promise
  }

  return {
    begin: (answers) => {
      // Whoever still waits would wait for tokens of another evaluation.
      end()
      missing = answers
    },
    async *inStep(tokens) {
      let isMissing = true
      try {
        for await (const token of tokens) {
          isMissing = false
          got()
          yield token
          await next()
          isMissing = true
        }
      } finally {
        // An answer that fails has no token to come, and the others go on.
        if (isMissing) got()
      }
    },
  }
}
