// Runs vitest beside this process and counts what it found.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runGroup } from './run-group.ts'
import { root } from './system/services.ts'
import { countTests, type TestCount } from './test-count.ts'

export async function runVitest(args: readonly string[]): Promise<TestCount> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-results-'))
  try {
    const results = join(folder, 'results.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const command = [vitest, 'run', ...reporters, ...args]
    const code = await runHere(process.execPath, command, () => existsSync(results))
    return countTests(existsSync(results) ? readFileSync(results, 'utf8') : '', code === 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Resolves with the exit code. */
export function runHere(
  command: string,
  args: readonly string[],
  isDone?: () => boolean,
): Promise<number> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  return runGroup(command, args, { cwd: root, env, isDone })
}
