// `pnpm bench:telemetry`: what telemetry costs, beside none and beside the whole set of automatic instrumentations.
// A full run is written into docs/cost.md, so that its numbers are measured ones.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { replaceSection } from './bench/replace-section.ts'
import { runBench } from './bench/telemetry/bench.ts'
import { defaults, help, readOptions } from './bench/telemetry/options.ts'
import { partNames } from './bench/telemetry/parts/part.ts'
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
    if (
      partNames.every((name) => options.only.includes(name)) &&
      options.rounds >= defaults.rounds
    ) {
      replaceSection(file, 'bench:telemetry', result)
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
