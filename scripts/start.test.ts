// `npm start` as people meet it: a process in a terminal, interrupted, killed, started twice.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processIdentity } from '@throughline/embedded'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePorts, portVariables } from './system/ports.ts'
import { root } from './system/services.ts'

const startTimeoutMs = 60_000
vi.setConfig({ testTimeout: 2 * startTimeoutMs })
let env: NodeJS.ProcessEnv
let dataDir: string
let recovered: Run

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'throughline-start-'))
  env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATA_DIR: dataDir,
    ...portVariables(await freePorts()),
  }
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

test('shows a first trace, refuses a second start, and leaves nothing behind after Ctrl-C', async () => {
  const start = run('start.ts')
  await start.says(/Ctrl-C stops everything/)
  expect(start.output()).toMatch(
    /negotiate .*\n[\s\S]*\d+ spans from 4 services:\n {2}http\S+\/traces\/[0-9a-f]{32}/,
  )
  const pids = pidsIn(start.output())
  expect(pids).toHaveLength(7)

  const second = run('start.ts')
  expect(await second.ended).toBe(1)
  expect(second.output()).toContain(
    `Throughline is running from this folder already (process ${start.child.pid})`,
  )
  const reset = run('reset.ts')
  expect(await reset.ended).toBe(1)
  expect(reset.output()).toContain('is running from this folder already')

  // Twice, as from a terminal under npm.
  start.child.kill('SIGINT')
  start.child.kill('SIGINT')
  const askedAt = performance.now()
  expect(await start.ended).toBe(0)
  expect(performance.now() - askedAt).toBeLessThan(10_000)
  expect(pids.filter(processIdentity)).toEqual([])
  expect(() => readFileSync(join(dataDir, 'run.json'))).toThrow('ENOENT')
})

test('recovers after it was killed with everything still running', async () => {
  const killed = run('start.ts', '--no-demo')
  await killed.says(/Ctrl-C stops everything/)
  killed.child.kill('SIGKILL')
  await killed.ended
  const orphans = pidsIn(killed.output())
  expect(orphans.every(processIdentity)).toBe(true)

  recovered = run('start.ts')
  await recovered.says(/Ctrl-C stops everything/)
  expect(recovered.output()).toContain('The trace of that negotiation')
  expect(orphans.filter(processIdentity)).toEqual([])
})

test('stops everything when a service ends, and says which', async () => {
  const pids = pidsIn(recovered.output())
  process.kill(pidOf('orchestrator', recovered.output()), 'SIGKILL')
  expect(await recovered.ended).toBe(1)
  expect(recovered.output()).toContain('orchestrator was ended by SIGKILL.')
  expect(pids.filter(processIdentity)).toEqual([])
})

test('ends a start that is under way', async () => {
  const start = run('start.ts', '--no-demo')
  await start.says(/✓ redis/)
  start.child.kill('SIGINT')
  expect(await start.ended).toBe(0)
  expect(pidsIn(start.output()).filter(processIdentity)).toEqual([])
})

test('names no trace when none is kept', async () => {
  const start = runWith({ OTEL_TRACES_SAMPLER: 'always_off' }, 'start.ts')
  await start.says(/Ctrl-C stops everything/)
  expect(start.output()).toMatch(/ {2}negotiate +with /)
  expect(start.output()).not.toMatch(/The trace of|did not succeed/)
  start.child.kill('SIGINT')
  expect(await start.ended).toBe(0)
})

test('waits for no trace when it is asked to stop', async () => {
  const start = runWith({ OTEL_TRACES_EXPORTER: 'none' }, 'start.ts')
  await start.says(/API key/)
  start.child.kill('SIGINT')
  expect(await start.ended).toBe(0)
  expect(start.output()).not.toContain('The trace of')
})

test('stops everything when its terminal is closed', async () => {
  const start = run('start.ts', '--no-demo')
  await start.says(/Ctrl-C stops everything/)
  start.child.stdout?.destroy()
  start.child.kill('SIGHUP')
  expect(await start.ended).toBe(0)
  expect(pidsIn(start.output()).filter(processIdentity)).toEqual([])
})

test('forgets the data', async () => {
  const reset = run('reset.ts')
  expect(await reset.ended).toBe(0)
  expect(reset.output()).toMatch(
    /Removed from .*: logs, postgres, postgres\.log, redis, redis\.log\./,
  )
})

interface Run {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  output(): string
  says(pattern: RegExp): Promise<void>
}

function run(script: string, ...args: string[]): Run {
  return runWith({}, script, ...args)
}

function runWith(extra: NodeJS.ProcessEnv, script: string, ...args: string[]): Run {
  const child = spawn(
    process.execPath,
    ['-C', '@throughline/source', join(root, 'scripts', script), ...args],
    { env: { ...env, ...extra }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return {
    child,
    ended,
    output: () => output,
    says: (pattern) =>
      vi.waitFor(() => expect(output).toMatch(pattern), { timeout: startTimeoutMs, interval: 50 }),
  }
}

function pidsIn(output: string): number[] {
  return [...output.matchAll(/ pid (\d+)/g)].map(([, pid]) => Number(pid))
}

function pidOf(name: string, output: string): number {
  const [, pid] = new RegExp(`✓ ${name} .* pid (\\d+)`).exec(output) ?? []
  return Number(pid)
}
