// The bench as a function: starts what the parts share, runs the rounds, and tells the result.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRun } from '../bench-command.ts'
import type { Results } from '../results.ts'
import { shuffle } from '../shuffle.ts'
import { startReceiver } from '../telemetry/receiver/start-receiver.ts'
import { describeMachine, loadOfMachine } from '../telemetry/report/machine.ts'
import { startSystem } from '../telemetry/system.ts'
import type { Options } from './options.ts'
import { answersPart } from './parts/answers-part.ts'
import { negotiationPart } from './parts/negotiation-part.ts'
import type { Part } from './parts/part.ts'
import { report } from './report.ts'
import type { Bench } from './subjects/subject.ts'

const negotiations = 20

export async function runBench({
  options,
  terminal,
  env,
  signal,
}: BenchRun<Options>): Promise<string> {
  const { rounds, only, seed } = options
  const machine = describeMachine()
  terminal.print(`${machine}\nseed ${seed}, load of the machine ${loadOfMachine().toFixed(2)}\n`)
  const startedAt = performance.now()
  const say = (text: string) => {
    const elapsed = ((performance.now() - startedAt) / 1_000).toFixed(0)
    terminal.print(`${elapsed.padStart(5)} s  ${text}`)
  }

  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(mkdtempSync(join(tmpdir(), 'throughline-bench-')), (path) =>
    rmSync(path, { recursive: true, force: true }),
  )
  const receiver = stack.use(await startReceiver())
  const bench: Bench = { ...options, receiver, env, signal, modelPath: options.model }
  say('preparing')
  const results: Results = new Map()
  const measure = async <Name extends string>(part: Part<Name>, round: number) => {
    for (const variant of shuffle(part.variants, `${seed} ${round}`)) {
      signal.throwIfAborted()
      say(`round ${round} of ${rounds}: ${variant}`)
      results.set(variant, [...(results.get(variant) ?? []), await part.measure(variant)])
    }
  }
  const answers = only.includes('answers') && (await answersPart(bench, options.answers))
  const negotiation =
    only.includes('negotiation') &&
    negotiationPart(bench, stack.use(await startSystem(folder, env)), negotiations)
  for (let round = 1; round <= rounds; round++) {
    if (answers) await measure(answers, round)
    if (negotiation) await measure(negotiation, round)
  }
  const result = report(results)
  terminal.print(`\n${result}\n`)
  const absent = options.llamaCppPython ? '' : ' llama-cpp-python was not there to be measured.'
  return `${result}\n\nMeasured on ${machine}; ${rounds} rounds, ${options.slots} slots, seed ${seed}.${absent}`
}
