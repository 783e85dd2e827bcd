import { parseArgs } from 'node:util'
import { drawnSeed, readNumber, readPart } from '../../read-options.ts'

export const partNames = [
  'path',
  'worker',
  'memory',
  'pickup',
  'checkpoint',
  'backlog',
  'fairness',
] as const
export type PartName = (typeof partNames)[number]

export const defaults = { rounds: 5, tasks: 2_000 }

export interface Options {
  readonly rounds: number
  readonly tasks: number
  readonly only: readonly PartName[]
  readonly seed: number
  readonly help: boolean
}

export const help = `pnpm bench:orchestrator [options]   What a task costs: with telemetry and without, and beside the least code
                                     that could run one, measured in turns on this machine.

  --only <parts>      some of ${partNames.join(', ')}, with commas between them
  --rounds <number>   how often each is measured (default ${defaults.rounds})
  --tasks <number>    how many tasks one measurement of the path runs (default ${defaults.tasks})
  --seed <number>     the order of the variants in each round (default: drawn, and printed)
  --help              this text

With all parts and at least ${defaults.rounds} rounds, the result is written into docs/cost.md. That takes about half an hour, in which
the machine should have nothing else to do. Linux or macOS.
`

/** Throws a sentence for the person who typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      rounds: { type: 'string', default: String(defaults.rounds) },
      tasks: { type: 'string', default: String(defaults.tasks) },
      only: { type: 'string', default: partNames.join(',') },
      seed: { type: 'string', default: drawnSeed() },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    rounds: readNumber('rounds', values.rounds, { from: 1, to: 100, whole: true }),
    tasks: readNumber('tasks', values.tasks, { from: 100, to: 100_000, whole: true }),
    seed: readNumber('seed', values.seed, { from: 0, to: 2 ** 32, whole: true }),
    only: values.only.split(',').map((text) => readPart(partNames, text)),
    help: values.help,
  }
}
