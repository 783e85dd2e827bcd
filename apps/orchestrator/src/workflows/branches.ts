// Work that runs side by side, so much at a time. The first failure stops the rest, which is waited for.
import { TaskError, throwIfCancelled } from '../errors.ts'

/** Runs a piece of work when there is room for it. */
export type Branch = <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>

/** Resolves with what `start` has begun, in that order; rejects with what failed first. */
export async function runBranches<Result>(
  signal: AbortSignal,
  concurrency: number,
  start: (branch: Branch) => Promise<Result>[],
): Promise<Result[]> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const whenThereIsRoom = limitConcurrency(concurrency)
  const failures: unknown[] = []

  const started = start((work) =>
    whenThereIsRoom(async () => {
      try {
        throwIfCancelled(either)
        return await work(either)
      } catch (err) {
        failures.push(err)
        stop.abort(new TaskError('branch_failed'))
        throw err
      }
    }),
  )
  // All of them, also after a failure: nothing of a task runs on once it has ended.
  await Promise.allSettled(started)
  if (failures.length > 0) throw failures[0]
  return Promise.all(started)
}

function limitConcurrency(most: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < most) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      // Its place goes to the one that has waited longest.
      else next()
    }
  }
}
