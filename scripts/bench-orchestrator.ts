// `pnpm bench:orchestrator`: what a task costs, beside the least code that could run one.
import { inCostDoc, runBenchCommand } from './bench/bench-command.ts'
import { runBench } from './bench/orchestrator/bench.ts'
import {
  defaults,
  help,
  type Options,
  partNames,
  readOptions,
} from './bench/orchestrator/options.ts'

await runBenchCommand({
  ...{ help, readOptions },
  run: async (bench) => inCostDoc(sectionOf(bench.options), await runBench(bench)),
})
process.exit()

function sectionOf({ only, rounds, tasks }: Options): string | undefined {
  const isWhole = partNames.every((name) => only.includes(name))
  const isLong = rounds >= defaults.rounds && tasks >= defaults.tasks
  return isWhole && isLong ? 'bench:orchestrator' : undefined
}
