// What a killed supervisor leaves behind: a server that still holds the data folder. It is stopped before the next starts.
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { endProcess } from './end-process.ts'
import { type ProcessIdentity, processIdentity } from './process-identity.ts'

interface Leftover {
  readonly name: string
  readonly dataDir: string
  readonly pidFile: string
  /** Must occur in the command line. */
  readonly command: RegExp
  readonly signals: readonly NodeJS.Signals[]
}

export async function stopLeftover(leftover: Leftover): Promise<void> {
  const { name, pidFile, signals } = leftover
  if (!existsSync(pidFile)) return
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  const holder = pid > 1 ? processIdentity(pid) : undefined
  if (!holder) return
  if (isOurs(holder, leftover)) await endProcess(`A leftover ${name}`, holder, signals, 5_000)
  // A stranger has the process id by chance, and PostgreSQL would take it for a rival.
  else rmSync(pidFile)
}

/** Both servers work inside their data folder; where the system does not tell, the command line names it. */
function isOurs(holder: ProcessIdentity, { dataDir, command }: Leftover): boolean {
  const folder = realpathSync(dataDir)
  const isThere = holder.folder === folder || holder.command.includes(folder)
  return isThere && command.test(holder.command)
}
