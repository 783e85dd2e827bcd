// The parts of one system: each is started, reported ready, watched, and stopped with the others.
import { join } from 'node:path'
import { migrate } from '@throughline/core/migrate'
import { seed } from '@throughline/core/seed'
import type { StopOptions } from '@throughline/embedded'
import { type Database, openPostgres, openRedis } from './databases.ts'
import type { LogLine } from './log-line.ts'
import type { Ports } from './ports.ts'
import type { RunFile } from './run-file.ts'
import { type ServiceProcess, startService, tail } from './service-process.ts'
import { type ServiceDefinitions, type ServiceName, serviceEnvironment } from './services.ts'
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

export interface PartsOptions {
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  readonly ports: Ports
  readonly definitions: ServiceDefinitions
  readonly durable: boolean
  readonly watch: boolean
  readonly runFile: RunFile
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal
  readonly onLog: (line: LogLine) => void
  readonly onState: (state: PartState) => void
}

export type Parts = ReturnType<typeof createParts>

export function createParts(options: PartsOptions) {
  const { dataDir, env, ports, definitions, durable, watch, runFile, onLog, onState } = options
  const services = new Map<ServiceName, ServiceProcess>()
  const databases = new Map<'postgres' | 'redis', Database>()
  const pids = new Map<PartName, number>()
  const failure = Promise.withResolvers<string>()
  const failed = new AbortController()
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])])
  let stopping: Promise<void> | undefined

  return {
    startPostgres,
    startRedis,
    prepareSchema,
    serve,
    kill,
    stop,
    urls,
    pids,
    failed: failure.promise,
  }

  async function startPostgres(): Promise<void> {
    await open('postgres', openPostgres)
  }

  async function startRedis(): Promise<void> {
    await open('redis', openRedis)
  }

  async function prepareSchema(): Promise<void> {
    await step('schema', async () => {
      await migrate(urls().databaseUrl)
      await seed(urls().databaseUrl)
      return {}
    })
  }

  async function open(name: 'postgres' | 'redis', opening: typeof openPostgres): Promise<void> {
    await step(name, async () => {
      const database = await opening({ dataDir, ports, env, durable })
      databases.set(name, database)
      database.server?.exited.then(() => fail(`${name} ended; see ${join(dataDir, name)}.log.`))
      return { address: withoutPassword(database.url), pid: database.server?.pid }
    })
  }

  async function serve(name: ServiceName): Promise<void> {
    await step(name, async () => {
      const service = await startService(name, definitions[name], {
        env: serviceEnvironment(ports, env, urls()),
        logsDir: join(dataDir, 'logs'),
        watch,
        signal,
        onLog,
        onSpawn(spawned) {
          services.set(name, spawned)
          runFile.addService(spawned.pid)
        },
      })
      service.exited.then((how) => {
        // One that was killed here, or that another has followed, is not missed.
        if (services.get(name) === service) fail(`${name} ${how}.${tail(service)}`)
      })
      return service
    })
  }

  async function kill(name: ServiceName): Promise<void> {
    const service = services.get(name)
    services.delete(name)
    service?.kill('SIGKILL')
    await service?.exited
  }

  async function stop(stopOptions: StopOptions = {}): Promise<void> {
    stopping ??= stopInOrder({ services, databases }, stopOptions).finally(runFile.remove)
    // Asked a second time, and in a hurry: what still takes its time is cut short.
    if (stopOptions.immediately) for (const service of services.values()) service.kill('SIGKILL')
    await stopping
  }

  function fail(sentence: string): void {
    if (stopping) return
    failure.resolve(sentence)
    failed.abort(new SystemError(sentence))
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

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
