// `pnpm bench:model`: what the model server costs, beside the engine without a server.
import { inCostDoc, runBenchCommand } from './bench/bench-command.ts'
import { runBench } from './bench/model/bench.ts'
import { defaults, help, type Options, partNames, readOptions } from './bench/model/options.ts'

await runBenchCommand({
  ...{ help, readOptions },
  run: async (bench) => inCostDoc(sectionOf(bench.options), await runBench(bench)),
})
process.exit()

function sectionOf({ only, rounds, answers, slots, model }: Options): string | undefined {
  const isWhole = partNames.every((name) => only.includes(name))
  const isLong = rounds >= defaults.rounds && answers >= defaults.answers
  const isUsual = slots === defaults.slots && model === defaults.model
  return isWhole && isLong && isUsual ? 'bench:model' : undefined
}
