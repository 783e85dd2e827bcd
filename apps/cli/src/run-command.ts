// From the words of a command line to the text that answers it.
import { parseArgs } from 'node:util'
import type { Answer, Command } from './command.ts'
import { cancelTasks } from './commands/cancel-tasks.ts'
import { drainWorker } from './commands/drain-worker.ts'
import { listTasks } from './commands/list-tasks.ts'
import { listWorkers } from './commands/list-workers.ts'
import { retryTasks } from './commands/retry-tasks.ts'
import { showTask } from './commands/show-task.ts'
import type { Config } from './config.ts'
import { connectCore } from './core-client.ts'
import { CommandFailure, describeError, UsageError } from './errors.ts'
import { helpOf, overview } from './help.ts'

const commands: readonly Command[] = [
  listTasks,
  showTask,
  retryTasks,
  cancelTasks,
  listWorkers,
  drainWorker,
]

const globalOptions = {
  core: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export async function runCommand(args: readonly string[], config: Config): Promise<string> {
  const command = findCommand(args)
  if (command === undefined) {
    if (args.length === 0 || args.includes('--help') || args.includes('-h'))
      return overview(commands)
    const asked = args.slice(0, 2).join(' ')
    throw new UsageError(`there is no command "${asked}"; throughline --help lists them`)
  }
  const { values, positionals } = parse(command, args)
  if (values.help === true) return helpOf(command)

  const operands = positionals.slice(command.words.length)
  checkCount(command, operands)
  const address = typeof values.core === 'string' ? values.core : config.coreAddress
  using core = connectCore(address)
  try {
    return print(await command.run({ core, operands, options: values }), values.json === true)
  } catch (err) {
    if (err instanceof UsageError || err instanceof CommandFailure) throw err
    throw new CommandFailure(describeError(err, address).message, { cause: err })
  }
}

function findCommand([first, second]: readonly string[]): Command | undefined {
  return commands.find(({ words }) => words[0] === first && words[1] === second)
}

function parse({ words, options }: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...globalOptions, ...options },
      allowPositionals: true,
    })
  } catch (err) {
    // Node's own sentence names the option.
    const reason = err instanceof Error ? err.message : String(err)
    throw new UsageError(`${reason}\nthroughline ${words.join(' ')} --help shows what it takes`)
  }
}

function checkCount(command: Command, operands: readonly string[]): void {
  const { least, most } = command.count
  if (operands.length >= least && operands.length <= most) return
  throw new UsageError(
    `usage: throughline ${command.words.join(' ')} ${command.operands}`.trimEnd(),
  )
}

function print({ text, json }: Answer, asJson: boolean): string {
  return asJson ? `${JSON.stringify(json, undefined, 2)}\n` : `${text}\n`
}
