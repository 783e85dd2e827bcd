// `pnpm bench:orchestrator`: what a task costs, beside the least code that keeps the same promises.
// A full run is written into docs/cost.md, so that its numbers are measured ones.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { runBench } from './bench/orchestrator/bench.ts'
import { defaults, help, partNames, readOptions } from './bench/orchestrator/options.ts'
import { replaceSection } from './bench/replace-section.ts'
import { explain } from './explain.ts'
import { createTerminal } from './printing/terminal.ts'
import { stopSignals } from './stop-signals.ts'
import { root } from './system/services.ts'

const file = join(root, 'docs/cost.md')
const terminal = createTerminal(process.stdout)
const signals = stopSignals()

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    terminal.print(help)
  } else {
    const result = await runBench({ options, terminal, env: process.env, signal: signals.asked })
    const whole = partNames.every((name) => options.only.includes(name))
    if (whole && options.rounds >= defaults.rounds && options.tasks >= defaults.tasks) {
      replaceSection(file, 'bench:orchestrator', result)
      const biome = join(root, 'node_modules/.bin/biome')
      execFileSync(biome, ['format', '--write', file], { cwd: root })
      terminal.print(`Written into ${file}.`)
    }
  }
} catch (err) {
  terminal.print(signals.asked.aborted ? 'Stopped.' : terminal.paint('red', explain(err)))
  process.exitCode = 1
}
process.exit()
