// `.data/run.json`: who runs in this folder. It keeps two starts apart, and lets the next start find what a killed one left.
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  endProcess,
  isSameProcess,
  type ProcessIdentity,
  processIdentity,
  stopLeftoverPostgres,
  stopLeftoverRedis,
} from '@throughline/embedded'
import { SystemError } from './system-error.ts'

interface Running {
  readonly supervisor: ProcessIdentity
  readonly services: readonly ProcessIdentity[]
}

export interface RunFile {
  addService(pid: number): void
  remove(): void
}

const leftoverPatienceMs = 3_000

/** Throws when Throughline is running in this folder; else stops what an earlier run left, and takes the folder. */
export async function takeFolder(dataDir: string): Promise<RunFile> {
  const supervisor = processIdentity(process.pid)
  if (!supervisor) throw new SystemError('This system does not tell which processes run.')
  await stopLeftovers(dataDir)
  const file = fileIn(dataDir)
  let running: Running = { supervisor, services: [] }

  const partial = `${file}.${process.pid}`
  writeFileSync(partial, JSON.stringify(running))
  try {
    // Fails when the file exists: of two starts at the same moment, one gets the folder.
    linkSync(partial, file)
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err
    throw new SystemError('Another start of Throughline from this folder was quicker.')
  } finally {
    rmSync(partial)
  }
  return {
    addService(pid) {
      const service = processIdentity(pid)
      if (!service) return
      running = { ...running, services: [...running.services.filter(isSameProcess), service] }
      writeFileSync(partial, JSON.stringify(running))
      renameSync(partial, file)
    },
    remove: () => rmSync(file, { force: true }),
  }
}

/** Throws when Throughline is running in this folder. */
export async function stopLeftovers(dataDir: string): Promise<void> {
  refuseIfRunning(dataDir)
  for (const service of read(dataDir)?.services ?? []) {
    await endProcess('A leftover service', service, ['SIGTERM', 'SIGKILL'], leftoverPatienceMs)
  }
  await stopLeftoverRedis(join(dataDir, 'redis'))
  await stopLeftoverPostgres(join(dataDir, 'postgres'))
  refuseIfRunning(dataDir)
  rmSync(fileIn(dataDir), { force: true })
}

function refuseIfRunning(dataDir: string): void {
  const supervisor = read(dataDir)?.supervisor
  if (!supervisor || !isSameProcess(supervisor)) return
  throw new SystemError(
    `Throughline is running from this folder already (process ${supervisor.pid}); ` +
      'stop it with Ctrl-C where it runs.',
  )
}

function read(dataDir: string): Running | undefined {
  const file = fileIn(dataDir)
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (err) {
    throw new SystemError(`${file} cannot be read; remove it if nothing is running.`, {
      cause: err,
    })
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'run.json')
}
