// Runs vitest beside this process and counts what it found.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './system/services.ts'
import { countTests, type TestCount } from './test-count.ts'

export async function runVitest(args: readonly string[]): Promise<TestCount> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-results-'))
  try {
    const results = join(folder, 'results.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const code = await runHere(process.execPath, [vitest, 'run', ...reporters, ...args])
    return countTests(existsSync(results) ? readFileSync(results, 'utf8') : '', code === 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Resolves with the exit code. */
export async function runHere(command: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
  // Passed on rather than obeyed: vitest stops its servers first.
  const forward = (signal: NodeJS.Signals) => void child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward)
  const [code] = await once(child, 'exit')
  return code ?? 1
}
