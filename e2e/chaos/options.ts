// The command line of `chaos`.
import { parseArgs } from 'node:util'
import { drawnSeed, readNumber } from '@throughline/scripts/read-options.ts'
import type { ChaosOptions } from './run-chaos.ts'

const defaults = { kills: 1_000, workers: 3, tasksForKill: 50, leaseMs: 1_000, gapMs: 600 }

export interface ChaosCommand
  extends Pick<ChaosOptions, 'seed' | 'kills' | 'workers' | 'tasks' | 'leaseMs' | 'gapMs'> {
  readonly clocks: boolean
  readonly help: boolean
}

export const help = `npm run chaos -- [options]   Kills every part of the system at random while thousands of tasks run, and then
                             looks whether every promise of docs/guarantees.md was kept.

  --kills <number>      how many processes are killed (default ${defaults.kills}), with about half as many other faults
  --seed <number>       the plan: which fault, whose, and when (default: drawn, and printed)
  --workers <number>    how many orchestrators there are (default ${defaults.workers})
  --tasks <number>      how many are submitted meanwhile (default: ${defaults.tasksForKill} for a kill)
  --lease-ms <number>   after how long a task that nobody renews is another worker's (default ${defaults.leaseMs})
  --gap-ms <number>     the mean time between two faults (default ${defaults.gapMs})
  --no-clocks           no jumps of a worker's clock, which need libfaketime
  --help                this text

Everything runs on ports and in folders of its own. A run that finds something keeps them, with the logs of all processes.
1,000 kills take about half an hour. Ctrl-C ends it.
`

/** Throws a sentence for the person who typed it. */
export function readOptions(args: readonly string[]): ChaosCommand {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      seed: { type: 'string', default: drawnSeed() },
      kills: { type: 'string', default: String(defaults.kills) },
      workers: { type: 'string', default: String(defaults.workers) },
      tasks: { type: 'string' },
      'lease-ms': { type: 'string', default: String(defaults.leaseMs) },
      'gap-ms': { type: 'string', default: String(defaults.gapMs) },
      clocks: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  })
  const whole = (name: string, text: string, to: number) =>
    readNumber(name, text, { from: 1, to, whole: true })
  const kills = whole('kills', values.kills, 100_000)
  const tasks = values.tasks ?? String(kills * defaults.tasksForKill)
  return {
    kills,
    seed: readNumber('seed', values.seed, { from: 0, to: 2 ** 31, whole: true }),
    workers: whole('workers', values.workers, 20),
    tasks: whole('tasks', tasks, 10_000_000),
    leaseMs: whole('lease-ms', values['lease-ms'], 60_000),
    gapMs: whole('gap-ms', values['gap-ms'], 60_000),
    clocks: values.clocks,
    help: values.help,
  }
}
