import { parseArgs } from 'node:util'
import { SystemError } from '../../system/system-error.ts'

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
                                     that keeps the same promises, measured in turns on this machine.

  --only <parts>      some of ${partNames.join(', ')}, with commas between them
  --rounds <number>   how often each is measured (default ${defaults.rounds})
  --tasks <number>    how many tasks one measurement of the path runs (default ${defaults.tasks})
  --seed <number>     the order of the variants in each round (default: drawn, and printed)
  --help              this text

With all parts and at least ${defaults.rounds} rounds, the result is written into docs/cost.md. That takes about 15 minutes, in which
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
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    rounds: readNumber('rounds', values.rounds, { from: 1, to: 100 }),
    tasks: readNumber('tasks', values.tasks, { from: 100, to: 100_000 }),
    seed: readNumber('seed', values.seed, { from: 0, to: 2 ** 32 }),
    only: values.only.split(',').map(readPart),
    help: values.help,
  }
}

function readNumber(
  name: string,
  text: string,
  { from, to }: { from: number; to: number },
): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new SystemError(
    `--${name} is "${text}", which is not a whole number from ${from} to ${to}.`,
  )
}

function readPart(text: string): PartName {
  const part = partNames.find((name) => name === text.trim())
  if (part) return part
  throw new SystemError(
    `There is nothing called "${text}" to measure, only ${partNames.join(', ')}.`,
  )
}
