import { columns } from './columns.ts'
import type { Command } from './command.ts'

const common = [
  ['--core <address>', 'where core listens; CORE_ADDRESS, or 127.0.0.1:50051, unless given'],
  ['--json', 'prints JSON instead of a table'],
  ['--help', 'shows this'],
] as const

export function overview(commands: readonly Command[]): string {
  const lines = commands.map(({ words, operands, summary }) => [
    `  throughline ${words.join(' ')} ${operands}`.trimEnd(),
    summary,
  ])
  return `Looks after tasks and the workers that run them.\n\n${columns(lines)}\n\n${optionLines(common)}\n`
}

export function helpOf({ words, operands, summary, optionHelp }: Command): string {
  const usage = `throughline ${words.join(' ')} ${operands}`.trimEnd()
  return `${summary}\n\n  ${usage}\n\n${optionLines([...optionHelp, ...common])}\n`
}

function optionLines(options: readonly (readonly [string, string])[]): string {
  return columns(options.map(([option, help]) => [`  ${option}`, help]))
}
