// Stops the stack that is up, as `docker compose down` does, and looks at how it went. `down` itself comes after it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const stopWithinMs = 15_000
const run = promisify(execFile)

const startedAt = performance.now()
await run('docker', ['compose', 'stop'])
const tookMs = Math.round(performance.now() - startedAt)
const { stdout } = await run('docker', ['compose', 'ps', '--all', '--format', 'json'])
const containers = stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

const checks = [
  [`the stack stops within ${stopWithinMs} ms (${tookMs} ms)`, tookMs < stopWithinMs],
  ...containers.map(({ Service, ExitCode, State }) => [
    `${Service} exits with 0 (${State} ${ExitCode})`,
    State === 'exited' && ExitCode === 0,
  ]),
]
for (const [name, ok] of checks) console.log(`  ${ok ? 'passed' : 'FAILED'}  ${name}`)
const failed = checks.filter(([, ok]) => !ok).length
console.log(`${checks.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 && containers.length > 0 ? 0 : 1
