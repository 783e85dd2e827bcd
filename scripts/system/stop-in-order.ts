// The way down is the way up, backwards: who asks ends before who answers, lens hears the last spans, data comes last.
import type { StopOptions } from '@throughline/embedded'
import type { Database } from './databases.ts'
import type { ServiceProcess } from './service-process.ts'
import { type ServiceName, serviceNames } from './services.ts'

export interface RunningParts {
  readonly services: ReadonlyMap<ServiceName, ServiceProcess>
  readonly databases: ReadonlyMap<string, Database>
}

/** Together with the databases, which take a moment, this stays within ten seconds. */
const allServicesMs = 7_000
const oneServiceMs = 6_000

export async function stopInOrder(
  { services, databases }: RunningParts,
  options: StopOptions,
): Promise<void> {
  const end = performance.now() + (options.immediately ? 0 : allServicesMs)
  for (const name of serviceNames.toReversed()) {
    const remainingMs = Math.max(0, end - performance.now())
    await services.get(name)?.stop(Math.min(oneServiceMs, remainingMs))
  }
  await Promise.all([...databases.values()].map((database) => database.stop(options)))
}
