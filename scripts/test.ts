// `npm test`: types and style, then every test. All of them are counted in the last line.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { root } from './system/services.ts'
import { countTests } from './test-count.ts'

const filters = process.argv.slice(2)
let passed = 0
let failed = 0

// Whoever asks for some tests wants their answer soon.
if (filters.length === 0) {
  console.log('Checking types, style and contracts …')
  const tasks = ['typecheck', 'style', 'lint']
  const turbo = ['turbo', 'run', ...tasks, '--output-logs=errors-only', '--continue']
  const code = await run('npx', ['--yes', manifest.packageManager, 'exec', ...turbo])
  if (code === 0) passed += 1
  else failed += 1
}

const folder = mkdtempSync(join(tmpdir(), 'throughline-results-'))
const results = join(folder, 'results.json')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const code = await run(process.execPath, [vitest, 'run', ...reporters, ...filters])
const count = countTests(existsSync(results) ? readFileSync(results, 'utf8') : '', code === 0)
rmSync(folder, { recursive: true })

passed += count.passed
failed += count.failed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

async function run(command: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
  // Passed on rather than obeyed: vitest stops its servers first.
  const forward = (signal: NodeJS.Signals) => void child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward)
  const [code] = await once(child, 'exit')
  return code ?? 1
}
