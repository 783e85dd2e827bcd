// Two set-ups at once would write into the same node_modules.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { dataDir } from './paths.mjs'
import { Sentence } from './sentence.mjs'

const file = join(dataDir, 'set-up.pid')
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** @returns {{ stopped: AbortSignal, release: () => void }} what ends a step, and what lets the next one set up */
export function holdSetUp() {
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch (err) {
    if (err.code !== 'EEXIST') throw err
    const holder = Number(readFileSync(file, 'utf8'))
    // In a container every set-up may have the same number, also one that was killed.
    if (holder !== process.pid && isAlive(holder)) {
      throw new Sentence(
        `Another set-up of this folder is under way (process ${holder}); wait for it, ` +
          `or remove ${file} if that process is something else.`,
      )
    }
    writeFileSync(file, String(process.pid))
  }
  const stop = new AbortController()
  const end = (signal) => {
    stop.abort()
    process.exit(128 + constants.signals[signal])
  }
  const release = () => {
    for (const signal of signals) process.off(signal, end)
    process.off('exit', release)
    rmSync(file, { force: true })
  }
  for (const signal of signals) process.once(signal, end)
  process.once('exit', release)
  return { stopped: stop.signal, release }
}

function isAlive(pid) {
  if (!(pid > 1)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (err) {
    return err.code === 'EPERM'
  }
}
