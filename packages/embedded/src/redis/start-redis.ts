import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { stopLeftover } from '../leftover.ts'
import { claimPort } from '../ports.ts'
import { type RunningServer, runServer, type ServerOptions } from '../running-server.ts'
import { findRedis } from './find-redis.ts'

export interface RedisOptions extends ServerOptions {
  /** Where a downloaded Redis is unpacked to and found again. */
  readonly cacheDir: string
  /** Its `PATH` finds an installed Redis, its proxies serve a download. */
  readonly env: NodeJS.ProcessEnv
}

const name = 'Redis'
const signals = ['SIGTERM', 'SIGKILL'] as const
const pingTimeoutMs = 500
/** Reading the append-only file is part of a start. */
const readyWithinMs = 60_000

export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  const { durable = true } = options
  const dataDir = resolve(options.dataDir)
  const { command, env } = await findRedis(resolve(options.cacheDir), options.env)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  await stopLeftoverRedis(dataDir)

  const port = await claimPort(name, options.port)
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: dataDir,
    pidfile: pidFileIn(dataDir),
    appendonly: durable ? 'yes' : 'no',
    save: '',
    // A queue must refuse new work when memory is full, never forget old work.
    'maxmemory-policy': 'noeviction',
  }
  return runServer({
    name,
    url: `redis://127.0.0.1:${port}`,
    port,
    command,
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]),
    options: { cwd: dataDir, env },
    logFile: `${dataDir}.log`,
    isReady: () => answersPing(port),
    readyWithinMs,
    stopSignals: signals,
  })
}

/** The one that a killed supervisor left running on this folder. */
export async function stopLeftoverRedis(dataDir: string): Promise<void> {
  const command = /\b(redis|valkey)-server\b/
  await stopLeftover({ name, dataDir, pidFile: pidFileIn(dataDir), command, signals })
}

const pidFileIn = (dataDir: string) => join(dataDir, 'redis.pid')

/** While it loads its data it answers with an error. */
function answersPing(port: number): Promise<boolean> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean>()
  const socket = connect({ port, host: '127.0.0.1' })
  socket.setTimeout(pingTimeoutMs)
  socket.once('connect', () => socket.write('PING\r\n'))
  socket.once('data', (answer) => settle(answer.toString().startsWith('+PONG')))
  for (const end of ['error', 'timeout', 'close'] as const) socket.once(end, () => settle(false))
  return promise.finally(() => socket.destroy())
}
