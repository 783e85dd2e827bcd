import { ModelServerError } from '../errors.ts'

/** Runs so much at once, and refuses the rest: a provider that is slow must not hold everybody's memory. */
export type ConcurrencyLimit = <Result>(work: () => Promise<Result>) => Promise<Result>

export function createConcurrencyLimit(max: number): ConcurrencyLimit {
  let running = 0
  return async (work) => {
    if (running === max) {
      throw new ModelServerError('queue_full', `${running} requests are with the provider`)
    }
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
    }
  }
}
