// In a copy of the folder: the lock of this one belongs to whoever sets it up.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processIdentity } from '@throughline/embedded'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
let lock: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-lock-test-'))
  lock = join(folder, '.data/set-up.pid')
  cpSync(import.meta.dirname, join(folder, 'scripts/bootstrap'), { recursive: true })
  mkdirSync(join(folder, '.data'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const hold = `
  import { writeFileSync } from 'node:fs'
  import { holdSetUp } from './scripts/bootstrap/set-up-lock.mjs'
  import { runStep } from './scripts/bootstrap/step.mjs'
`

test('lets go of the folder when it is interrupted, and ends its step', async () => {
  const command = `await runStep('a step', 'sh', ['-c', 'echo $$ > step; exec sleep 600'], { signal: stopped })`
  const setUp = run(`${hold} const { stopped } = holdSetUp(); ${command}`)
  const pidFile = join(folder, 'step')
  await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/\d+\n/)

  setUp.kill('SIGINT')
  expect(await once(setUp, 'exit')).toEqual([130, null])
  expect(existsSync(lock)).toBe(false)
  const step = Number(readFileSync(pidFile, 'utf8'))
  await expect.poll(() => processIdentity(step)).toBeUndefined()
})

test('takes a lock over whose holder had the same number', async () => {
  const [code] = await once(
    run(`${hold} writeFileSync(${JSON.stringify(lock)}, String(process.pid)); holdSetUp()`),
    'exit',
  )
  expect(code).toBe(0)
})

test('names the file of a lock that another process holds', async () => {
  writeFileSync(lock, String(process.pid))
  const setUp = run(`${hold} holdSetUp()`)
  let output = ''
  setUp.stderr?.on('data', (chunk: Buffer) => {
    output += chunk
  })
  await once(setUp, 'close')
  expect(output).toContain(`(process ${process.pid}); wait for it, or remove ${lock} if`)
})

function run(code: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}
