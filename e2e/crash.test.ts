// `kill -9` of each process in turn while tasks are running, then a new start: each task ends once, with one result.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TaskEvent, taskEventSchema } from '@throughline/contracts'
import { demoKey } from '@throughline/core/seed'
import { describeFindings } from '@throughline/registry/check'
import { freePorts, type Ports, portVariables } from '@throughline/scripts/system/ports.ts'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OtlpTap, startOtlpTap } from './otlp-tap.ts'
import { callerOf } from './running-system.ts'
import { findListing, negotiationOver } from './scenarios.ts'
import { type StartedProcess, startProcess } from './started-process.ts'

const victims = [
  'orchestrator',
  'core',
  'postgres',
  'redis',
  'model-server',
  'gateway',
  'lens',
  'supervisor',
]
/** More than the orchestrator works on at once. */
const tasksInFlight = 6
const testTimeoutMs = 90_000
const endsWithinMs = 40_000

let dataDir: string
let ports: Ports
let env: NodeJS.ProcessEnv
let running: StartedProcess | undefined
let tap: OtlpTap

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'throughline-crash-'))
  ports = await freePorts()
  tap = await startOtlpTap()
  env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATA_DIR: dataDir,
    ...portVariables(ports),
    ...tap.variables,
    // What a crash leaves is found by waiting. These waits are shorter here than in life, and the same otherwise.
    ORCHESTRATOR_LEASE_MS: '2000',
    RECONCILE_INTERVAL_MS: '1000',
  }
})

afterAll(async () => {
  await running?.stop()
  await tap?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test.each(victims)(
  'every task in flight ends once after kill -9 of the %s and a new start',
  async (victim) => {
    running ??= await startProcess(env)
    const taskIds = await startTasks()
    const pid = running.pids.get(victim)
    if (pid === undefined) throw new Error(`No pid of ${victim} in:\n${running.output()}`)
    process.kill(pid, 'SIGKILL')
    const killedAt = new Date()
    await running.ended

    running = undefined
    running = await startProcess(env)
    await expect
      .poll(() => statesOf(taskIds), { timeout: endsWithinMs, interval: 100 })
      .toEqual(taskIds.map(() => 'completed'))
    const ends = await endsOf(taskIds)
    expect(ends.map(({ results, completions }) => ({ results, completions }))).toEqual(
      taskIds.map(() => ({ results: 1, completions: 1 })),
    )
    expect(ends.some(({ endedAt }) => endedAt > killedAt)).toBe(true)
  },
  testTimeoutMs,
)

test('live check: whatever is away, nothing leaves a process that is not declared', async () => {
  await running?.stop()
  running = undefined
  const { list, omitted } = tap.liveCheck.findings()
  expect(describeFindings(list, omitted)).toBe('')
  expect(tap.liveCheck.seen.services).toEqual(['core', 'gateway', 'model-server', 'orchestrator'])
})

/** Resolves as soon as the first of them runs: with work ahead for every process, and more of it in the queue. */
async function startTasks(): Promise<string[]> {
  const gateway = callerOf(gatewayUrl())
  const listing = await findListing(gateway)
  const taskIds: string[] = []
  while (taskIds.length < tasksInFlight) {
    const { body } = await gateway.post('/v1/negotiate', negotiationOver(listing))
    taskIds.push(String(body.id))
  }
  for await (const { type } of eventsOf(taskIds.at(-1))) if (type === 'node.started') break
  return taskIds
}

async function* eventsOf(taskId = ''): AsyncGenerator<TaskEvent> {
  const response = await fetch(new URL(`/v1/tasks/${taskId}/events`, gatewayUrl()), {
    headers: { authorization: `Bearer ${demoKey}` },
    signal: AbortSignal.timeout(endsWithinMs),
  })
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (text + chunk).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) yield taskEventSchema.parse(JSON.parse(line.slice(5)))
    }
  }
}

function statesOf(taskIds: readonly string[]): Promise<unknown[]> {
  const gateway = callerOf(gatewayUrl())
  return Promise.all(taskIds.map(async (id) => (await gateway.get(`/v1/tasks/${id}`)).state))
}

interface TaskEnd {
  readonly results: number
  readonly completions: number
  readonly endedAt: Date
}

async function endsOf(taskIds: readonly string[]): Promise<TaskEnd[]> {
  const user = 'throughline'
  const client = new Client({ host: '127.0.0.1', port: ports.postgres, user, password: user })
  await client.connect()
  try {
    const { rows } = await client.query<TaskEnd>(
      `SELECT ended_at AS "endedAt",
        (SELECT count(*)::int FROM task_results WHERE task_id = tasks.id) AS results,
        (SELECT count(*)::int FROM task_attempts
          WHERE task_id = tasks.id AND outcome = 'completed') AS completions
      FROM tasks WHERE id = ANY($1)`,
      [taskIds],
    )
    return rows
  } finally {
    await client.end()
  }
}

function gatewayUrl(): string {
  return `http://127.0.0.1:${ports.gateway}`
}
