import { ModelServerError } from '../errors.ts'

/** Runs so much at once, and refuses the rest: what is slow, a provider or a load, must not hold everybody's memory. */
export type ConcurrencyLimit = <Result>(work: () => Promise<Result>) => Promise<Result>

/** `wordsFor` says to whoever is refused what the others are at. */
export function createConcurrencyLimit(
  max: number,
  wordsFor: (running: number) => string,
): ConcurrencyLimit {
  let running = 0
  return async (work) => {
    if (running === max) throw new ModelServerError('queue_full', wordsFor(running))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
    }
  }
}
