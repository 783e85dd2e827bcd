import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { EmbeddedError } from '../errors.ts'
import { stopLeftover } from '../leftover.ts'
import { claimPort } from '../ports.ts'
import { type RunningServer, runServer, type ServerOptions } from '../running-server.ts'
import { type Account, postgresAccount } from './account.ts'
import { type Binaries, postgresBinaries } from './binaries.ts'

const name = 'PostgreSQL'
/** Fast shutdown, which does not wait for clients, then immediate. Never SIGKILL: it leaves shared memory behind. */
const signals = ['SIGINT', 'SIGQUIT'] as const
/** User, password and database. There is no secret: it listens on loopback only and trusts who is there. */
const owner = 'throughline'
const initdbArgs = [
  `--username=${owner}`,
  '--auth=trust',
  '--encoding=UTF8',
  // The same order of text on every machine, whatever locales it has.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
]
const notDurable = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
/** Crash recovery is part of a start. */
const readyWithinMs = 60_000

export async function startPostgres(options: ServerOptions): Promise<RunningServer> {
  const { durable = true } = options
  const dataDir = resolve(options.dataDir)
  const account = postgresAccount()
  const binaries = await postgresBinaries(account)
  await stopLeftoverPostgres(dataDir)
  if (!existsSync(dataDir)) await createCluster(binaries, dataDir, durable, account)

  const port = await claimPort(name, options.port)
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'timezone=UTC',
    ...(durable ? [] : notDurable),
  ]
  return runServer({
    name,
    url: `postgresql://${owner}:${owner}@127.0.0.1:${port}/${owner}`,
    port,
    command: binaries.postgres,
    args: ['-D', pathFor(account, dataDir), ...settings.flatMap((setting) => ['-c', setting])],
    options: { cwd: dataDir, env: environment(), ...account },
    logFile: `${dataDir}.log`,
    isReady: (pid) => saysReady(pidFileIn(dataDir), pid),
    readyWithinMs,
    stopSignals: signals,
  })
}

/** The one that a killed supervisor left running on this folder. */
export async function stopLeftoverPostgres(dataDir: string): Promise<void> {
  const pidFile = pidFileIn(dataDir)
  await stopLeftover({ name, dataDir, pidFile, command: /\bpostgres\b/, signals })
}

const pidFileIn = (dataDir: string) => join(dataDir, 'postmaster.pid')

/** In a folder beside, renamed when complete: a start that was cut short leaves nothing that looks like data. */
async function createCluster(
  { initdb, postgres }: Binaries,
  dataDir: string,
  durable: boolean,
  account: Account | undefined,
): Promise<void> {
  const partial = `${dataDir}.partial`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(dirname(dataDir), { recursive: true })
  mkdirSync(partial, { mode: 0o700 })
  if (account) chownSync(partial, account.uid, account.gid)

  const options = { cwd: partial, env: environment(), ...account }
  const folder = ['-D', pathFor(account, partial)]
  const args = [...folder, ...initdbArgs, ...(durable ? [] : ['--no-sync'])]
  await run(initdb, args, options)
  await run(postgres, ['--single', ...folder, 'postgres'], options, `CREATE DATABASE ${owner}\n`)
  renameSync(partial, dataDir)
}

/**
 * The account may not be allowed to walk to the data folder by its absolute path. A process is put into its
 * working folder while it is still root, and Linux lets it find that folder again without the walk.
 */
function pathFor(account: Account | undefined, dataDir: string): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : dataDir
}

/** Nothing of the caller's: a PGDATA or PGPORT in a shell is meant for another server. */
function environment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C' }
}

async function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  input = '',
): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['pipe', 'ignore', 'pipe'] })
  // A program that ends early closes its input; its exit code says what went wrong.
  child.stdin?.on('error', () => undefined).end(input)
  const stderr = child.stderr ? text(child.stderr) : ''
  const [code] = await once(child, 'close')
  if (code !== 0) {
    throw new EmbeddedError(`${name} could not prepare its data folder:\n${(await stderr).trim()}`)
  }
}

/** The last line of the file is how PostgreSQL tells its own tools that it accepts connections. */
function saysReady(pidFile: string, pid: number): boolean {
  if (!existsSync(pidFile)) return false
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
}
