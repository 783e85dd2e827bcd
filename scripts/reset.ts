// `npm run reset`: forgets all data. What a killed start left running is ended first.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { explain } from './explain.ts'
import { loadSettings } from './settings.ts'
import { stopLeftovers } from './system/run-file.ts'

const { dataDir, shownDataDir } = loadSettings()
/** Programs, not data: without them the next start would have to download again. */
const kept = 'cache'

try {
  const found = existsSync(dataDir) ? readdirSync(dataDir).sort() : []
  const removed = found.filter((name) => name !== kept)
  if (removed.length > 0) await stopLeftovers(dataDir)
  for (const name of removed) rmSync(join(dataDir, name), { recursive: true, force: true })
  console.log(
    removed.length > 0
      ? `Removed from ${shownDataDir}: ${removed.join(', ')}.`
      : 'There was no data.',
  )
} catch (err) {
  console.error(explain(err))
  process.exitCode = 1
}
