import { EmbeddedError } from './errors.ts'
import { isSameProcess, type ProcessIdentity } from './process-identity.ts'
import { until } from './until.ts'

/** Sends each signal in turn until one of them ends the process. Never touches a later owner of the same id. */
export async function endProcess(
  name: string,
  identity: ProcessIdentity,
  signals: readonly NodeJS.Signals[],
  patienceMs: number,
): Promise<void> {
  for (const signal of signals) {
    if (!isSameProcess(identity)) return
    try {
      process.kill(identity.pid, signal)
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ESRCH') return
      throw new EmbeddedError(
        `${name} (process ${identity.pid}) belongs to another user and cannot be stopped from here.`,
        { cause: err },
      )
    }
    if (await until(() => !isSameProcess(identity), patienceMs)) return
  }
  throw new EmbeddedError(`${name} (process ${identity.pid}) does not stop; end it by hand.`)
}
