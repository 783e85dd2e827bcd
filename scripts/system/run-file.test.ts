import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processIdentity } from '@throughline/embedded'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeFolder } from './run-file.ts'

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'throughline-run-file-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

test('lets one start have the folder at a time', async () => {
  const held = await takeFolder(dataDir)
  await expect(takeFolder(dataDir)).rejects.toThrow(
    `running from this folder already (process ${process.pid})`,
  )
  held.remove()
  const next = await takeFolder(dataDir)
  next.remove()
  expect(existsSync(join(dataDir, 'run.json'))).toBe(false)
})

test('ends the services that a killed start left behind', async () => {
  const service = await startIdle()
  leaveBehind([processIdentity(service.pid)])
  const held = await takeFolder(dataDir)
  await service.ended
  held.remove()
})

test('leaves a process alone that has the id of a service by chance', async () => {
  const stranger = await startIdle()
  leaveBehind([{ ...processIdentity(stranger.pid), startedAt: 'another time' }])
  const held = await takeFolder(dataDir)
  expect(processIdentity(stranger.pid)).toBeDefined()
  held.remove()
  process.kill(stranger.pid, 'SIGKILL')
  await stranger.ended
})

/** What a supervisor writes that is gone since. */
function leaveBehind(services: unknown[]): void {
  const supervisor = { ...processIdentity(process.pid), startedAt: 'long ago' }
  writeFileSync(join(dataDir, 'run.json'), JSON.stringify({ supervisor, services }))
}

async function startIdle() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const ended = once(child, 'exit')
  await once(child, 'spawn')
  return { pid: child.pid ?? 0, ended }
}
