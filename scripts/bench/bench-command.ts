// A bench as a command: its help, its run until Ctrl-C, and what of the result is kept in the docs, so that the numbers
// there are measured ones.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
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

/** What is kept of a result, and where. */
export interface Section {
  readonly file: 'README.md' | 'docs/cost.md'
  readonly name: string
  readonly text: string
}

export interface BenchCommand<Options> {
  readonly help: string
  readOptions(args: readonly string[]): Options
  run(bench: BenchRun<Options>): Promise<readonly Section[]>
}

/** A part of a bench has no name there: it is printed and not kept. */
export function inCostDoc(name: string | undefined, text: string): Section[] {
  return name === undefined ? [] : [{ file: 'docs/cost.md', name, text }]
}

export async function runBenchCommand<Options extends { readonly help: boolean }>(
  command: BenchCommand<Options>,
): Promise<void> {
  const terminal = createTerminal(process.stdout)
  const { asked: signal } = stopSignals()
  try {
    const options = command.readOptions(process.argv.slice(2))
    if (options.help) return terminal.print(command.help)
    const sections = await command.run({ options, terminal, env: process.env, signal })
    for (const { file, name, text } of sections) replaceSection(join(root, file), name, text)
    for (const file of new Set(sections.map(({ file }) => file))) {
      execFileSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', file], {
        cwd: root,
      })
      terminal.print(`Written into ${file}.`)
    }
  } catch (err) {
    terminal.print(signal.aborted ? 'Stopped.' : terminal.paint('red', explain(err)))
    process.exitCode = 1
  }
}

/** Of a bench that has no other. */
export function readHelp(args: readonly string[]): { readonly help: boolean } {
  const options = { help: { type: 'boolean', default: false } } as const
  return parseArgs({ args: args.filter((argument) => argument !== '--'), options }).values
}
