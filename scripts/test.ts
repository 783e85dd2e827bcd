// `npm test`: types and style, then every test. All of them are counted in the last line.
import manifest from '../package.json' with { type: 'json' }
import { runHere, runVitest } from './run-vitest.ts'

const filters = process.argv.slice(2)
let passed = 0
let failed = 0

// Whoever asks for some tests wants their answer soon.
if (filters.length === 0) {
  console.log('Checking types, style and contracts …')
  const tasks = ['typecheck', 'style', 'lint']
  const turbo = ['turbo', 'run', ...tasks, '--output-logs=errors-only', '--continue']
  const code = await runHere('npx', ['--yes', manifest.packageManager, 'exec', ...turbo])
  // Interrupted: nobody waits for the tests.
  if (code > 128) process.exit(code)
  if (code === 0) passed += 1
  else failed += 1
}

const count = await runVitest(filters)
passed += count.passed
failed += count.failed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
