// A bench as a command: its help, its run until Ctrl-C, and what of the result is kept in docs/cost.md, so that the numbers
// there are measured ones.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { explain } from '../explain.ts'
import { createTerminal, type Terminal } from '../printing/terminal.ts'
import { stopSignals } from '../stop-signals.ts'
import { root } from '../system/services.ts'
import { replaceSection } from './replace-section.ts'

export interface BenchRun<Options> {
  readonly options: Options
  readonly terminal: Terminal
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

export interface BenchCommand<Options> {
  readonly help: string
  readOptions(args: readonly string[]): Options
  run(bench: BenchRun<Options>): Promise<string>
  /** Of docs/cost.md; a part of a bench is printed and not kept. */
  sectionOf(options: Options): string | undefined
}

export async function runBenchCommand<Options extends { readonly help: boolean }>(
  command: BenchCommand<Options>,
): Promise<void> {
  const file = join(root, 'docs/cost.md')
  const terminal = createTerminal(process.stdout)
  const { asked: signal } = stopSignals()
  try {
    const options = command.readOptions(process.argv.slice(2))
    if (options.help) return terminal.print(command.help)
    const result = await command.run({ options, terminal, env: process.env, signal })
    const section = command.sectionOf(options)
    if (section === undefined) return
    replaceSection(file, section, result)
    execFileSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', file], { cwd: root })
    terminal.print(`Written into ${file}.`)
  } catch (err) {
    terminal.print(signal.aborted ? 'Stopped.' : terminal.paint('red', explain(err)))
    process.exitCode = 1
  }
}
