import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { drawnSeed, readNumber, readPart } from '../../read-options.ts'
import { SystemError } from '../../system/system-error.ts'

export const partNames = ['answers', 'negotiation'] as const
export type PartName = (typeof partNames)[number]

export const defaults = {
  ...{ rounds: 5, answers: 256, slots: 4 },
  model: fileURLToPath(
    new URL('../../../apps/model-server/models/negotiator.gguf', import.meta.url),
  ),
}

export interface Options {
  readonly only: readonly PartName[]
  readonly rounds: number
  readonly answers: number
  readonly slots: number
  readonly model: string
  readonly llamaCppPython?: string
  readonly seed: number
  readonly help: boolean
}

export const help = `pnpm bench:model [options]   What the model server costs: beside the engine without a server, with telemetry and
                             without, measured in turns on this machine.

  --only <parts>              some of ${partNames.join(', ')}, with a comma between them
  --rounds <number>           how often each is measured (default ${defaults.rounds})
  --answers <number>          how many answers one measurement waits for (default ${defaults.answers})
  --slots <number>            how many answers the engine writes side by side (default ${defaults.slots})
  --model <file>              another GGUF, with a chat template (default: ours)
  --llama-cpp-python <python> a Python that has llama-cpp-python[server], to be measured as well; for example
                                python3 -m venv .data/llama && .data/llama/bin/pip install 'llama-cpp-python[server]'
                                pnpm bench:model --llama-cpp-python .data/llama/bin/python
  --seed <number>             the order in each round (default: drawn, and printed)
  --help                      this text

With both parts, at least ${defaults.rounds} rounds and otherwise as by default, the result is written into docs/cost.md. That takes a
quarter of an hour, in which the machine should have nothing else to do. Linux.
`

/** Throws a sentence for the person who typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      only: { type: 'string', default: partNames.join(',') },
      rounds: { type: 'string', default: String(defaults.rounds) },
      answers: { type: 'string', default: String(defaults.answers) },
      slots: { type: 'string', default: String(defaults.slots) },
      model: { type: 'string', default: defaults.model },
      'llama-cpp-python': { type: 'string' },
      seed: { type: 'string', default: drawnSeed() },
      help: { type: 'boolean', default: false },
    },
  })
  const python = values['llama-cpp-python']
  return {
    only: values.only.split(',').map((text) => readPart(partNames, text)),
    rounds: readNumber('rounds', values.rounds, { from: 1, to: 100, whole: true }),
    answers: readNumber('answers', values.answers, { from: 64, to: 100_000, whole: true }),
    slots: readNumber('slots', values.slots, { from: 1, to: 64, whole: true }),
    model: readFile('model', values.model),
    llamaCppPython: python === undefined ? undefined : readFile('llama-cpp-python', python),
    seed: readNumber('seed', values.seed, { from: 0, to: 2 ** 32, whole: true }),
    help: values.help,
  }
}

function readFile(name: string, path: string): string {
  if (existsSync(path)) return resolve(path)
  throw new SystemError(`--${name} is "${path}", and there is no such file.`)
}
