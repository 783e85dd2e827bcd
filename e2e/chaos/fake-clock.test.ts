import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unpackedClock } from './fake-clock.ts'

test('a library that turns no clock is no clock', async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'throughline-clock-test-'))
  const folder = join(cacheDir, 'usr/lib/none/faketime')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'libfaketime.so.1'), 'not a library')
  try {
    expect(await unpackedClock(cacheDir)).toBeUndefined()
  } finally {
    rmSync(cacheDir, { recursive: true, force: true })
  }
})
