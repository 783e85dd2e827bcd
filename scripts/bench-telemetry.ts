// `pnpm bench:telemetry`: what telemetry costs, beside none and beside the whole set of automatic instrumentations.
// A full run is written into docs/cost.md, so that its numbers are measured ones.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { replaceSection } from './bench/replace-section.ts'
import { runBench } from './bench/telemetry/bench.ts'
import { defaults, help, type Options, readOptions } from './bench/telemetry/options.ts'
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
    const section = sectionOf(options)
    if (section) {
      replaceSection(file, section, result)
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

/** Of docs/cost.md; a part of it is printed and not kept. */
function sectionOf({ profile, only, rounds }: Options): string | undefined {
  if (profile) return profile === 'route' ? 'bench:profile' : undefined
  const isWhole = partNames.every((name) => only.includes(name)) && rounds >= defaults.rounds
  return isWhole ? 'bench:telemetry' : undefined
}
