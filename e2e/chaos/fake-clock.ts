// The faketime library, as installed, or else Debian's, unpacked and not installed: a process that has loaded it reads a
// wall clock that a file turns. Time that only passes, as timers count it, stays true.
import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export interface FakeClock {
  /** For a process that is to read its clock by this file. */
  variables(file: string): Readonly<Record<string, string>>
}

const run = promisify(execFile)
const timeoutMs = 60_000
const turnedBackMs = 7_200_000

/** Elsewhere a system protects its programs from libraries like this one. */
export const canTurnClocks = process.platform === 'linux'

/** Undefined where there is no such library to be had. */
export async function unpackedClock(cacheDir: string): Promise<FakeClock | undefined> {
  if (!canTurnClocks) return undefined
  const found = libraryIn(cacheDir) ?? libraryIn('/') ?? (await download(cacheDir))
  if (found === undefined) return undefined
  const clock: FakeClock = {
    variables: (file) => ({
      LD_PRELOAD: found,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }),
  }
  return (await turns(clock)) ? clock : undefined
}

/** A library that cannot be loaded is passed over without a word that anybody would hear. */
async function turns(clock: FakeClock): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-clock-'))
  try {
    const file = join(folder, 'clock')
    writeFileSync(file, `-${turnedBackMs / 1_000}\n`)
    const env = clock.variables(file)
    const { stdout } = await run(process.execPath, ['-p', 'Date.now()'], {
      env,
      timeout: timeoutMs,
    })
    return Math.abs(Date.now() - Number(stdout) - turnedBackMs) < timeoutMs
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function download(cacheDir: string): Promise<string | undefined> {
  mkdirSync(dirname(cacheDir), { recursive: true })
  const partial = mkdtempSync(`${cacheDir}.partial-`)
  try {
    await run('apt-get', ['-q', 'download', 'libfaketime'], { cwd: partial, timeout: timeoutMs })
    for (const deb of globSync(join(partial, '*.deb'))) {
      await run('dpkg', ['-x', deb, partial], { timeout: timeoutMs })
    }
    rmSync(cacheDir, { recursive: true, force: true })
    renameSync(partial, cacheDir)
  } catch {
    // Another system, or no way to its packages: whoever asked says that clocks are left alone.
    return undefined
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return libraryIn(cacheDir)
}

function libraryIn(folder: string): string | undefined {
  return globSync(join(folder, 'usr/{lib,lib64,lib/*}/faketime/libfaketime.so.1'))[0]
}
