// Two set-ups at once would write into the same node_modules.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataDir } from './paths.mjs'
import { Sentence } from './sentence.mjs'

const file = join(dataDir, 'set-up.pid')

/** @returns a function that lets the next one set up */
export function holdSetUp() {
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch (err) {
    if (err.code !== 'EEXIST') throw err
    const holder = Number(readFileSync(file, 'utf8'))
    if (isAlive(holder)) {
      throw new Sentence(
        `Another set-up of this folder is under way (process ${holder}); wait for it.`,
      )
    }
    writeFileSync(file, String(process.pid))
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  return release
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
