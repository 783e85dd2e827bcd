// `pnpm bench:telemetry`: what telemetry costs, beside none and beside the whole set of automatic instrumentations.
import { inCostDoc, runBenchCommand } from './bench/bench-command.ts'
import { runBench } from './bench/telemetry/bench.ts'
import { defaults, help, type Options, readOptions } from './bench/telemetry/options.ts'
import { partNames } from './bench/telemetry/parts/part.ts'

await runBenchCommand({
  ...{ help, readOptions },
  run: async (bench) => inCostDoc(sectionOf(bench.options), await runBench(bench)),
})
process.exit()

function sectionOf({ profile, only, rounds }: Options): string | undefined {
  if (profile) return profile === 'route' ? 'bench:profile' : undefined
  const isWhole = partNames.every((name) => only.includes(name)) && rounds >= defaults.rounds
  return isWhole ? 'bench:telemetry' : undefined
}
