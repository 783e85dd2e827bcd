// Stops the stack that is up, as `docker compose down` does, and looks at how it went. `down` itself comes after it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { check, finish } from './checks.mjs'

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

await check(`the stack stops within ${stopWithinMs} ms (${tookMs} ms)`, () =>
  assert.ok(tookMs < stopWithinMs),
)
for (const { Service, ExitCode, State } of containers) {
  await check(`${Service} exits with 0 (${State} ${ExitCode})`, () =>
    assert.deepEqual({ State, ExitCode }, { State: 'exited', ExitCode: 0 }),
  )
}
finish()
