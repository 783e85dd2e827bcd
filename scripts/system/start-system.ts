// The whole system as one thing that is started and stopped: by `npm start` and by the end-to-end tests.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '@throughline/core/migrate'
import { seed } from '@throughline/core/seed'
import type { StopOptions } from '@throughline/embedded'
import { type Database, openPostgres, openRedis } from './databases.ts'
import type { LogLine } from './log-line.ts'
import { choosePorts, type Ports } from './ports.ts'
import { takeFolder } from './run-file.ts'
import { type ServiceProcess, startService, tail } from './service-process.ts'
import { defineServices, type ServiceName, serviceEnvironment } from './services.ts'
import { stopInOrder } from './stop-in-order.ts'
import { SystemError } from './system-error.ts'

export type PartName = 'postgres' | 'redis' | 'schema' | ServiceName

export interface PartState {
  readonly name: PartName
  readonly state: 'starting' | 'ready' | 'failed'
  readonly address?: string
  readonly pid?: number
  readonly tookMs?: number
}

export interface SystemOptions {
  readonly dataDir: string
  /** The user's: ports, addresses, `OTEL_*`. */
  readonly env: NodeJS.ProcessEnv
  /** Chosen from the environment unless given. */
  readonly ports?: Ports
  /** `false` gives up surviving a crash of the machine for speed. For tests. */
  readonly durable?: boolean
  /** Restarts a service when its source changes. */
  readonly watch?: boolean
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal
  readonly onLog?: (line: LogLine) => void
  readonly onState?: (state: PartState) => void
}

export interface System {
  readonly gatewayUrl: string
  readonly lensUrl: string
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly pids: ReadonlyMap<PartName, number>
  /** Settles with a sentence when a part ends that nobody stopped. */
  readonly failed: Promise<string>
  /** Ends a service as a crash does. */
  kill(name: ServiceName): Promise<void>
  /** Starts a service again that was killed. */
  start(name: ServiceName): Promise<void>
  stop(options?: StopOptions): Promise<void>
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { dataDir, env, durable = true, watch = false, onLog = ignore, onState = ignore } = options
  const logsDir = join(dataDir, 'logs')
  mkdirSync(dataDir, { recursive: true })
  const runFile = await takeFolder(dataDir)

  const services = new Map<ServiceName, ServiceProcess>()
  const databases = new Map<'postgres' | 'redis', Database>()
  const pids = new Map<PartName, number>()
  const failure = Promise.withResolvers<string>()
  const failed = new AbortController()
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])])
  let stopping: Promise<void> | undefined

  const fail = (sentence: string) => {
    if (stopping) return
    failure.resolve(sentence)
    failed.abort(new SystemError(sentence))
  }
  const stop = async (stopOptions: StopOptions = {}) => {
    stopping ??= stopInOrder({ services, databases }, stopOptions).finally(runFile.remove)
    // Asked a second time, and in a hurry: what still takes its time is cut short.
    if (stopOptions.immediately) for (const service of services.values()) service.kill('SIGKILL')
    await stopping
  }

  try {
    rmSync(logsDir, { recursive: true, force: true })
    mkdirSync(logsDir)
    const ports = options.ports ?? (await choosePorts(env))
    const definitions = defineServices(ports, env)

    const open = (name: 'postgres' | 'redis', opening: typeof openPostgres) =>
      step(name, async () => {
        const database = await opening({ dataDir, ports, env, durable })
        databases.set(name, database)
        database.server?.exited.then(() => fail(`${name} ended; see ${join(dataDir, name)}.log.`))
        return { address: withoutPassword(database.url), pid: database.server?.pid }
      })
    const serve = (name: ServiceName) =>
      step(name, async () => {
        const service = await startService(name, definitions[name], {
          env: serviceEnvironment(ports, env, urls()),
          logsDir,
          watch,
          signal,
          onLog,
          onSpawn(spawned) {
            services.set(name, spawned)
            runFile.addService(spawned.pid)
          },
        })
        service.exited.then((how) => {
          if (services.get(name) === service) fail(`${name} ${how}.${tail(service)}`)
        })
        return service
      })
    const prepareSchema = () =>
      step('schema', async () => {
        await migrate(urls().databaseUrl)
        await seed(urls().databaseUrl)
        return {}
      })

    await all([
      open('postgres', openPostgres).then(prepareSchema),
      open('redis', openRedis),
      serve('lens'),
      serve('model-server'),
    ])
    await serve('core')
    await all([serve('orchestrator'), serve('gateway')])

    return {
      gatewayUrl: definitions.gateway.address,
      lensUrl: definitions.lens.address,
      ...urls(),
      pids,
      failed: failure.promise,
      async kill(name) {
        const service = services.get(name)
        services.delete(name)
        service?.kill('SIGKILL')
        await service?.exited
      },
      start: serve,
      stop,
    }
  } catch (err) {
    await stop()
    throw err
  }

  function urls() {
    const urlOf = (name: 'postgres' | 'redis') => databases.get(name)?.url ?? ''
    return { databaseUrl: urlOf('postgres'), redisUrl: urlOf('redis') }
  }

  async function step(
    name: PartName,
    start: () => Promise<{ readonly address?: string; readonly pid?: number }>,
  ): Promise<void> {
    signal.throwIfAborted()
    const startedAt = performance.now()
    onState({ name, state: 'starting' })
    try {
      const { address, pid } = await start()
      signal.throwIfAborted()
      if (pid) pids.set(name, pid)
      onState({ name, state: 'ready', address, pid, tookMs: performance.now() - startedAt })
    } catch (err) {
      onState({ name, state: 'failed' })
      throw err
    }
  }
}

/** Fails only when all have settled: what is still starting could not be stopped. */
async function all(starting: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(starting)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function ignore(): void {}
