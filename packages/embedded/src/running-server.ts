// One server process of ours: started apart from the terminal, watched until it is ready, stopped within a bound.
import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { endProcess } from './end-process.ts'
import { EmbeddedError } from './errors.ts'
import { processIdentity } from './process-identity.ts'
import { until } from './until.ts'

export interface ServerOptions {
  readonly dataDir: string
  /** Zero, the default, takes any free port. */
  readonly port?: number
  /** `false` gives up surviving a crash of the machine for speed. For tests. */
  readonly durable?: boolean
}

export interface StopOptions {
  /** Abandons the clients and the clean shutdown; the next start recovers. */
  readonly immediately?: boolean
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Settles when the process is gone, whoever ended it. */
  readonly exited: Promise<void>
  stop(options?: StopOptions): Promise<void>
}

export interface ServerProcess {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly command: string
  readonly args: readonly string[]
  readonly options: SpawnOptions
  readonly logFile: string
  readonly isReady: (pid: number) => boolean | Promise<boolean>
  readonly readyWithinMs: number
  /** Tried in turn. */
  readonly stopSignals: readonly NodeJS.Signals[]
}

const shownLogLines = 8
const stopPatienceMs = 4_000

export async function runServer(server: ServerProcess): Promise<RunningServer> {
  // To a file and not to a pipe: a pipe breaks when the process that started the server is killed.
  const log = openSync(server.logFile, 'w')
  const child = spawn(server.command, server.args, {
    ...server.options,
    // Out of the terminal's process group: Ctrl-C is for the services, the databases go after them.
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const spawned = once(child, 'spawn')
  let hasExited = false
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasExited = true
      resolve()
    })
  })
  const pid = await spawned.then(
    () => child.pid ?? 0,
    (err: Error) => {
      throw new EmbeddedError(`${server.name} could not be started: ${err.message}.`)
    },
  )

  const isReady = async () => hasExited || (await server.isReady(pid))
  const ready = await until(isReady, server.readyWithinMs)
  const identity = processIdentity(pid)
  if (!ready || hasExited || !identity) {
    child.kill('SIGKILL')
    const reason = ready
      ? 'stopped while starting'
      : `is not ready after ${server.readyWithinMs} ms`
    throw new EmbeddedError(
      `${server.name} ${reason}. Its last lines:\n${lastLines(server.logFile)}`,
    )
  }
  child.unref()

  const { name, url, port, stopSignals } = server
  return {
    url,
    port,
    pid,
    exited,
    async stop({ immediately = false } = {}) {
      const signals = immediately ? stopSignals.slice(1) : stopSignals
      if (!hasExited) await endProcess(name, identity, signals, stopPatienceMs)
    },
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-shownLogLines).join('\n')
}
