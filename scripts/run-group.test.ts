import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runGroup } from './run-group.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-group-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const shell = (script: string, options: { isDone?: () => boolean; lingerMs?: number } = {}) =>
  runGroup('sh', ['-c', script], { cwd: folder, env: process.env, ...options })

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('gives the exit code back', async () => {
  expect(await shell('exit 3')).toBe(3)
})

test('passes a signal on, and says that it was one', async () => {
  const ended = shell('sleep 600')
  process.emit('SIGHUP', 'SIGHUP')
  expect(await ended).toBe(129)
})

test('ends what the command leaves running', async () => {
  expect(await shell('sleep 600 & echo $! > left')).toBe(0)
  const pid = Number(readFileSync(join(folder, 'left'), 'utf8'))
  expect(pid).toBeGreaterThan(1)
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('ends a command that has done its work and hangs', async () => {
  expect(await shell('sleep 600', { isDone: () => true, lingerMs: 0 })).toBe(1)
})
