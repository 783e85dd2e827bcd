import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'

const gibibyte = 2 ** 30

export function describeMachine(): string {
  const [first] = cpus()
  return (
    `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / gibibyte)} GiB, ` +
    `${platform()} ${arch()} ${release()}, Node ${process.version}`
  )
}

/** How many processes wanted a processor in the last minute. */
export const loadOfMachine = (): number => loadavg()[0] ?? 0
