// One run: a system, a load, a plan; then quiet, and everything is held against what was promised.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkRedis } from './checks/redis.ts'
import {
  type AttemptRow,
  attemptRows,
  checkRequeues,
  type RequeueCounts,
} from './checks/requeues.ts'
import { checkTasks } from './checks/tasks.ts'
import { checkTraces, type TracedTask, tracedTasks } from './checks/traces.ts'
import { countEffects, type Effects } from './effects.ts'
import type { FakeClock } from './fake-clock.ts'
import { createInjector } from './inject.ts'
import { startLoad } from './load.ts'
import { isKill, planFaults } from './plan.ts'
import { startRecorder } from './recorder.ts'
import { connectSql, type Sql } from './sql.ts'
import { type ChaosSystem, ready, startChaosSystem, works } from './system.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly kills: number
  readonly workers: number
  readonly tasks: number
  readonly leaseMs: number
  readonly gapMs: number
  readonly env: NodeJS.ProcessEnv
  readonly clock?: FakeClock
  readonly onProgress: (line: string) => void
  /** Ends the run before its plan does. */
  readonly signal?: AbortSignal
}

export interface ChaosReport extends RequeueCounts {
  /** Broken promises; empty when all were kept. */
  readonly problems: readonly string[]
  readonly states: Readonly<Record<string, number>>
  readonly kills: number
  /** By kind: a fault that found nothing to spoil is not one. */
  readonly faults: Readonly<Record<string, Effects>>
  readonly unanswered: number
  readonly attempts: number
  readonly spans: number
  readonly wholeTraces: number
  readonly orphans: number
  readonly costsCompared: number
  readonly costsForgiven: number
  readonly chaosMs: number
  readonly quietMs: number
  /** What was done, with its time: with the seed all there is to tell a run by. */
  readonly events: readonly string[]
  /** Kept when a promise was broken: the logs of all processes. */
  readonly dataDir?: string
}

const quietWithinMs = 90_000
const pollMs = 250

/** Rejects when the run could not be carried through, or `signal` ended it; with all that was done by then. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const events: string[] = []
  try {
    return await run(options, events)
  } catch (err) {
    options.signal?.throwIfAborted()
    throw new Error(`The run broke off: ${(err as Error).message}\n${events.join('\n')}`, {
      cause: err,
    })
  }
}

async function run(options: ChaosOptions, events: string[]): Promise<ChaosReport> {
  const { seed, workers, leaseMs, env, clock, onProgress, signal } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'throughline-chaos-'))
  await using stack = new AsyncDisposableStack()
  let keepsLogs = true
  stack.defer(async () => {
    if (!keepsLogs || signal?.aborted) await rm(dataDir, { recursive: true, force: true })
  })
  const recorder = await startRecorder()
  stack.defer(recorder.stop)
  onProgress(`starting, in ${dataDir}`)
  const system = stack.use(
    await startChaosSystem({ dataDir, workers, leaseMs, recorder, env, clock }),
  )
  const sql = stack.use(connectSql(system.databaseUrl))
  const injector = stack.use(createInjector(system, sql, leaseMs))
  const startedAt = Date.now()
  const note = (text: string) => {
    events.push(`${((Date.now() - startedAt) / 1_000).toFixed(3).padStart(8)}  ${text}`)
    onProgress(events.at(-1) ?? '')
  }

  const plan = planFaults({ ...options, clockJumps: clock !== undefined })
  let done = 0
  const load = startLoad({
    ...{ seed, sql, signal, tasks: options.tasks, coreAddress: system.coreAddress },
    allowed: () => (options.tasks * (done + 1)) / plan.length,
  })
  // It is looked at when the plan is through; until then its failure is no unhandled one.
  load.done.catch(() => undefined)
  for (const { afterMs, inARow, fault } of plan) {
    if (!inARow) await works(system)
    await sleep(afterMs, undefined, { signal })
    const { text } = await injector.inject(fault)
    done += 1
    note(text)
  }
  const chaosMs = Date.now() - startedAt

  await injector.settled()
  await Promise.all([load.done, ...system.all.map(ready)])
  note(`no more faults; ${load.accepted.length} tasks submitted`)
  const left = await untilQuiet(system, sql, signal)
  const quietMs = Date.now() - startedAt - chaosMs
  note(left.length === 0 ? 'quiet' : 'not quiet')
  await system.stopServices()

  const attempts = await sql.ask<AttemptRow>(attemptRows)
  const lives = system.all.flatMap((one) => one.lives)
  const requeues = checkRequeues({
    ...{ attempts, lives, leaseMs, injected: injector.injected },
    counted: recorder.counted('throughline.requeues', 'reason'),
  })
  const traced = await sql.ask<TracedTask>(tracedTasks)
  const traces = checkTraces(traced, recorder.traces, lives)
  const problems = [
    ...system.all.flatMap((one) => one.problems),
    ...left,
    ...(await checkTasks(sql, load)),
    ...requeues.problems,
    ...traces.problems,
    ...recorder.refusals.map((reason) => `the recorder refused ${reason}`),
  ]
  const states = await sql.ask<{ state: string; count: number }>(
    'SELECT state::text, count(*)::int FROM tasks GROUP BY 1 ORDER BY 2 DESC',
  )
  keepsLogs = problems.length > 0
  return {
    ...{ problems, events, chaosMs, quietMs, ...requeues.counts, unanswered: load.unanswered },
    states: Object.fromEntries(states.map(({ state, count }) => [state, count])),
    kills: injector.injected.filter(({ fault, isEffective }) => isKill(fault) && isEffective())
      .length,
    faults: countEffects(injector.injected),
    attempts: attempts.length,
    spans: [...recorder.traces.values()].reduce((sum, { spans }) => sum + spans.length, 0),
    wholeTraces: traces.whole,
    orphans: traces.orphans,
    costsCompared: traces.costsCompared,
    costsForgiven: traces.costsForgiven,
    ...(problems.length > 0 && { dataDir }),
  }
}

/** What is left when the time for it is over. */
async function untilQuiet(system: ChaosSystem, sql: Sql, signal?: AbortSignal): Promise<string[]> {
  const deadline = performance.now() + quietWithinMs
  for (;;) {
    const [row] = await sql.ask<{ open: number }>(
      'SELECT count(*)::int AS open FROM tasks WHERE ended_at IS NULL',
    )
    const open = row?.open ?? 0
    const left = open > 0 ? [`every task ends: ${open} have not`] : []
    const inRedis = await checkRedis(system.redisUrl)
    signal?.throwIfAborted()
    if (left.length + inRedis.length === 0 || performance.now() > deadline)
      return [...left, ...inRedis]
    await sleep(pollMs)
  }
}
