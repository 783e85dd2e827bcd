// The bench as a function: starts what the parts share, runs the rounds, watches the memory, and tells the result.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRun } from '../bench-command.ts'
import { fetchAutoInstrumentations } from './auto-instrumentations.ts'
import type { Options } from './options.ts'
import { callPart, logPart, type ProfiledPart, routePart } from './parts/cpu-part.ts'
import { measureMemory } from './parts/memory-part.ts'
import type { Bench, Part, PartName, ProfiledName } from './parts/part.ts'
import { searchPart } from './parts/search-part.ts'
import { startPart } from './parts/start-part.ts'
import { runProfile } from './profile/run-profile.ts'
import { startReceiver } from './receiver/start-receiver.ts'
import { describeMachine, loadOfMachine } from './report/machine.ts'
import { aimsTable, costTable, recordsTable } from './report/report.ts'
import { runRounds, type Samples } from './rounds.ts'
import { measuredEnv } from './start-app.ts'
import { type System, startSystem } from './system.ts'
import { variants } from './variants.ts'

export async function runBench({
  options,
  terminal,
  env,
  signal,
}: BenchRun<Options>): Promise<string> {
  const { rounds, minutes, only, seed } = options
  const machine = describeMachine()
  terminal.print(`${machine}\nseed ${seed}, load of the machine ${loadOfMachine().toFixed(2)}\n`)
  if (!options.profile) await fetchAutoInstrumentations({ env, signal })
  const startedAt = performance.now()

  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(mkdtempSync(join(tmpdir(), 'throughline-bench-')), (path) =>
    rmSync(path, { recursive: true, force: true }),
  )
  const receiver = stack.use(await startReceiver())
  let system: Promise<System> | undefined
  // However far its start has come: its servers would outlive us.
  stack.defer(async () => (await system?.catch(() => undefined))?.[Symbol.asyncDispose]())
  const results = new Map<PartName, Samples>()
  const say = (text: string) => {
    const elapsed = `${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  `
    if (terminal.isLive) terminal.drawBelow([...costTable(results).split('\n'), elapsed + text])
    else terminal.print(elapsed + text)
  }
  const bench: Bench = {
    ...{ receiver, signal, say },
    system: () => (system ??= startSystem(folder, env)),
    env: (variant) => measuredEnv(env, variant, receiver.url),
  }

  const repeated: Record<ProfiledName, ProfiledPart> = {
    route: routePart({ perSecond: 1_000, seconds: 3, warmUp: { perSecond: 3_000, seconds: 8 } }),
    call: callPart({ perSecond: 500, seconds: 3, warmUp: { perSecond: 800, seconds: 8 } }),
    log: logPart({ perSecond: 2_000, seconds: 2, warmUp: { perSecond: 2_000, seconds: 3 } }),
  }
  if (options.profile) {
    say(`profile of ${options.profile}`)
    const tables = await runProfile(bench, repeated[options.profile])
    terminal.drawBelow([])
    terminal.print(`\n${tables}\n`)
    return `${tables}\n\nSeen on ${machine}.`
  }

  const start = stack.use(startPart())
  const all: readonly (readonly [PartName, Part])[] = [
    ['route', repeated.route],
    ['call', repeated.call],
    ['log', repeated.log],
    ['start', start],
    // Two services that have just started are still being compiled, and the more of them there is, the longer.
    [
      'search',
      searchPart({ callers: 16, warmUpSeconds: 12, saturationSeconds: 5, halfLoadSeconds: 6 }),
    ],
  ]
  const parts = new Map(all.filter(([name]) => only.includes(name)))
  await runRounds(bench, results, { parts, rounds, seed, onSample: () => undefined })
  await start[Symbol.asyncDispose]()
  if (only.includes('memory')) {
    say(`memory, for ${minutes} minutes`)
    results.set('memory', await measureMemory(bench, { perSecond: 20, minutes }))
  }
  terminal.drawBelow([])
  const result = [costTable(results), aimsTable(results), recordsTable(results)].join('\n\n')
  terminal.print(`\n${result}\n`)
  return `${result}\n\nMeasured on ${machine}; ${rounds} rounds of ${variants.length} variants, seed ${seed}.`
}
