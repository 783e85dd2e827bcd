import { parseArgs } from 'node:util'
import { SystemError } from '../../system/system-error.ts'
import { type PartName, partNames } from './parts/part.ts'

export const defaults = { rounds: 9, minutes: 5 }

export interface Options {
  readonly rounds: number
  readonly minutes: number
  readonly only: readonly PartName[]
  readonly seed: number
  readonly help: boolean
}

export const help = `pnpm bench:telemetry [options]   What telemetry costs: off, ours, and the whole set of automatic
                                  instrumentations, measured in turns on this machine.

  --only <parts>      some of ${partNames.join(', ')}, with commas between them
  --rounds <number>   how often each is measured (default ${defaults.rounds})
  --minutes <number>  how long the memory is watched (default ${defaults.minutes})
  --seed <number>     the order of the variants in each round (default: drawn, and printed)
  --help              this text

With all parts and at least ${defaults.rounds} rounds, the result is written into docs/cost.md. That takes about 25 minutes, in which
the machine should have nothing else to do. The first run fetches, by npm, what we are compared with. Linux or macOS.
`

/** Throws a sentence for the person who typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      rounds: { type: 'string', default: String(defaults.rounds) },
      minutes: { type: 'string', default: String(defaults.minutes) },
      only: { type: 'string', default: partNames.join(',') },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    rounds: readNumber('rounds', values.rounds, { from: 1, to: 100 }),
    minutes: readNumber('minutes', values.minutes, { from: 0.5, to: 60 }),
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
  if (text && value >= from && value <= to) return value
  throw new SystemError(`--${name} is "${text}", which is not a number from ${from} to ${to}.`)
}

function readPart(text: string): PartName {
  const part = partNames.find((name) => name === text.trim())
  if (part) return part
  throw new SystemError(
    `There is nothing called "${text}" to measure, only ${partNames.join(', ')}.`,
  )
}
