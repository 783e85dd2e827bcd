// The whole system as one thing that is started and stopped: by `npm start` and by the end-to-end tests.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StopOptions } from '@throughline/embedded'
import type { LogLine } from './log-line.ts'
import { createParts, type PartName, type PartState, type Parts } from './parts.ts'
import { choosePorts, type Ports } from './ports.ts'
import { takeFolder } from './run-file.ts'
import { defineServices, type ServiceName } from './services.ts'

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
  const { dataDir, env, durable = true, watch = false, signal } = options
  const { onLog = ignore, onState = ignore } = options
  mkdirSync(dataDir, { recursive: true })
  const runFile = await takeFolder(dataDir)
  let parts: Parts | undefined
  try {
    emptyFolder(join(dataDir, 'logs'))
    const ports = options.ports ?? (await choosePorts(env))
    const definitions = defineServices(ports, env)
    const common = { dataDir, env, ports, definitions, durable, watch }
    parts = createParts({ ...common, runFile, signal, onLog, onState })
    await startInOrder(parts)
    return {
      gatewayUrl: definitions.gateway.address,
      lensUrl: definitions.lens.address,
      ...parts.urls(),
      pids: parts.pids,
      failed: parts.failed,
      kill: parts.kill,
      start: parts.serve,
      stop: parts.stop,
    }
  } catch (err) {
    if (parts) await parts.stop()
    else runFile.remove()
    throw err
  }
}

/** Nothing waits but for what it asks while it starts. */
async function startInOrder(parts: Parts): Promise<void> {
  const data = all([parts.startPostgres().then(parts.prepareSchema), parts.startRedis()])
  const core = data.then(() => parts.serve('core'))
  const callers = core.then(() => all([parts.serve('orchestrator'), parts.serve('gateway')]))
  await all([parts.serve('lens'), parts.serve('model-server'), callers])
}

/** Fails only when all have settled: what is still starting could not be stopped. */
async function all(starting: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(starting)
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
}

function emptyFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
}

function ignore(): void {}
