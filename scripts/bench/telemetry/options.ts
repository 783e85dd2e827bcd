import { parseArgs } from 'node:util'
import { drawnSeed, readNumber, readPart } from '../../read-options.ts'
import { type PartName, type ProfiledName, partNames, profiledNames } from './parts/part.ts'

export const defaults = { rounds: 9, minutes: 5 }

export interface Options {
  readonly rounds: number
  readonly minutes: number
  readonly only: readonly PartName[]
  readonly seed: number
  /** What is looked into instead of being measured. */
  readonly profile?: ProfiledName
  readonly help: boolean
}

export const help = `pnpm bench:telemetry [options]   What telemetry costs: off, ours, and the whole set of automatic
                                  instrumentations, measured in turns on this machine.

  --only <parts>      some of ${partNames.join(', ')}, with commas between them
  --rounds <number>   how often each is measured (default ${defaults.rounds})
  --minutes <number>  how long the memory is watched (default ${defaults.minutes})
  --seed <number>     the order of the variants in each round (default: drawn, and printed)
  --profile <part>    instead: where ours spends its time in ${profiledNames.join(', ')}, by package and by function
  --help              this text

With all parts and at least ${defaults.rounds} rounds, the result is written into docs/cost.md, as are the tables of --profile route. All
of it takes about 40 minutes, in which the machine should have nothing else to do. The first run fetches, by npm, what we
are compared with. Linux or macOS.
`

/** Throws a sentence for the person who typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      rounds: { type: 'string', default: String(defaults.rounds) },
      minutes: { type: 'string', default: String(defaults.minutes) },
      only: { type: 'string', default: partNames.join(',') },
      seed: { type: 'string', default: drawnSeed() },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    rounds: readNumber('rounds', values.rounds, { from: 1, to: 100 }),
    minutes: readNumber('minutes', values.minutes, { from: 0.5, to: 60 }),
    seed: readNumber('seed', values.seed, { from: 0, to: 2 ** 32 }),
    only: values.only.split(',').map((text) => readPart(partNames, text)),
    profile: values.profile === undefined ? undefined : readPart(profiledNames, values.profile),
    help: values.help,
  }
}
