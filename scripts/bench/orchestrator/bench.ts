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
import type { Options, PartName } from './options.ts'
import { backlogPart } from './parts/backlog-part.ts'
import { checkpointPart } from './parts/checkpoint-part.ts'
import { fairnessPart } from './parts/fairness-part.ts'
import type { Bench, Part } from './parts/part.ts'
import { pathPart } from './parts/path-part.ts'
import { pickupPart } from './parts/pickup-part.ts'
import { memoryPart, workerPart } from './parts/worker-part.ts'
import { report } from './report.ts'
import { openDatabase } from './tasks-in-database.ts'

export async function runBench({
  options,
  terminal,
  env,
  signal,
}: BenchRun<Options>): Promise<string> {
  const { rounds, tasks, only, seed } = options
  const machine = describeMachine()
  terminal.print(`${machine}\nseed ${seed}, load of the machine ${loadOfMachine().toFixed(2)}\n`)
  const startedAt = performance.now()

  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(mkdtempSync(join(tmpdir(), 'throughline-bench-')), (path) =>
    rmSync(path, { recursive: true, force: true }),
  )
  const receiver = stack.use(await startReceiver())
  const system = stack.use(await startSystem(folder, env))
  const database = stack.use(await openDatabase(system.databaseUrl))
  const bench: Bench = { ...{ receiver, system, database, env, signal } }

  const parts: readonly (readonly [PartName, Part])[] = [
    ['path', pathPart(tasks)],
    ['worker', workerPart({ tasks: 10_000 })],
    ['memory', memoryPart({ early: 20_000, late: 100_000 })],
    ['pickup', pickupPart({ seconds: 5 })],
    ['checkpoint', checkpointPart],
    ['backlog', backlogPart({ few: 1_000, many: 100_000, measured: tasks })],
    ['fairness', fairnessPart({ waiting: 10_000 })],
  ]
  const asked = parts.filter(([name]) => only.includes(name))
  const results: Results = new Map()
  for (let round = 1; round <= rounds; round++) {
    for (const [name, part] of asked) {
      if (round > (part.rounds ?? rounds)) continue
      for (const variant of shuffle(part.variants, `${seed} ${round} ${name}`)) {
        signal.throwIfAborted()
        const elapsed = ((performance.now() - startedAt) / 1_000).toFixed(0)
        terminal.print(`${elapsed.padStart(5)} s  round ${round} of ${rounds}: ${name}, ${variant}`)
        const samples = results.get(`${name} ${variant}`) ?? []
        samples.push(await part.measure(bench, variant))
        results.set(`${name} ${variant}`, samples)
      }
    }
  }
  const result = report(results)
  terminal.print(`\n${result}\n`)
  return `${result}\n\nMeasured on ${machine}; ${rounds} rounds, seed ${seed}.`
}
