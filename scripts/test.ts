// `npm test`: types and style, then every test. All of them are counted in the last line.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { runGroup } from './run-group.ts'
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
const code = await run(process.execPath, [vitest, 'run', ...reporters, ...filters], () =>
  existsSync(results),
)
const count = countTests(existsSync(results) ? readFileSync(results, 'utf8') : '', code === 0)
rmSync(folder, { recursive: true })

passed += count.passed
failed += count.failed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

function run(command: string, args: readonly string[], isDone?: () => boolean): Promise<number> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  return runGroup(command, args, { cwd: root, env, isDone })
}
