// The real processes, each kept running, each worker with a way to core of its own that can be cut.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrate } from '@throughline/core/migrate'
import { seed } from '@throughline/core/seed'
import { freePort, startPostgres, startRedis } from '@throughline/embedded'
import { grpcProbe, httpProbe, type Probe } from '@throughline/scripts/system/readiness.ts'
import { startService } from '@throughline/scripts/system/service-process.ts'
import { root, type ServiceName } from '@throughline/scripts/system/services.ts'
import { startBreakableProxy } from '../../apps/core/src/testing/breakable-proxy.ts'
import type { FakeClock } from './fake-clock.ts'
import type { Recorder } from './recorder.ts'
import { type Launch, type Process, type Supervised, supervise } from './supervise.ts'

export interface ChaosSystemOptions {
  readonly dataDir: string
  readonly workers: number
  readonly leaseMs: number
  readonly recorder: Recorder
  readonly env: NodeJS.ProcessEnv
  readonly clock?: FakeClock
}

export interface ChaosWorker extends Supervised {
  readonly wayToCore: Awaited<ReturnType<typeof startBreakableProxy>>
  /** Its wall clock goes wrong by so much; 0 sets it right. */
  turnClock(byMs: number): void
}

export interface ChaosSystem extends AsyncDisposable {
  readonly workers: readonly ChaosWorker[]
  readonly core: Supervised
  readonly 'model-server': Supervised
  readonly redis: Supervised
  readonly postgres: Supervised
  readonly all: readonly Supervised[]
  readonly coreAddress: string
  readonly databaseUrl: string
  readonly redisUrl: string
  /** Where Redis keeps what it knows. */
  readonly redisDir: string
  /** In order, so that each tells the recorder its last. */
  stopServices(): Promise<void>
}

const host = '127.0.0.1'
const stopPatienceMs = 10_000

export async function startChaosSystem(options: ChaosSystemOptions): Promise<ChaosSystem> {
  const { dataDir, leaseMs, recorder, env, clock } = options
  const ports = {
    ...{ postgres: await freePort(), redis: await freePort() },
    ...{ core: await freePort(), model: await freePort() },
  }
  const user = 'throughline'
  const databaseUrl = `postgresql://${user}:${user}@${host}:${ports.postgres}/${user}`
  const redisUrl = `redis://${host}:${ports.redis}`
  const redisDir = join(dataDir, 'redis')

  // Whatever has been started is stopped in reverse order, also when the rest does not start.
  await using started = new AsyncDisposableStack()
  const start = (name: string, launch: Launch): Supervised =>
    started.adopt(supervise(name, launch), (supervised) => supervised.stop())

  const postgres = start('postgres', async (_, spawned) => {
    const folder = join(dataDir, 'postgres')
    spawned(asProcess(await startPostgres({ dataDir: folder, port: ports.postgres })))
  })
  const redis = start('redis', async (_, spawned) => {
    const cacheDir = join(root, '.data/cache/redis')
    spawned(asProcess(await startRedis({ dataDir: redisDir, port: ports.redis, cacheDir, env })))
  })
  await Promise.all([ready(postgres), ready(redis)])
  await migrate(databaseUrl)
  await seed(databaseUrl)

  const launch = createLauncher(dataDir, recorder, {
    PATH: env.PATH,
    HOME: env.HOME,
    LOG_LEVEL: 'info',
    NODE_COMPILE_CACHE: join(root, '.data/cache/node'),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    MODEL_SERVER_URL: `http://${host}:${ports.model}`,
    // What a crash leaves is found by waiting. These waits are shorter here than in life, and the same otherwise.
    ORCHESTRATOR_LEASE_MS: `${leaseMs}`,
    RECONCILE_INTERVAL_MS: '500',
    CORE_PORT: `${ports.core}`,
    MODEL_SERVER_PORT: `${ports.model}`,
  })
  const coreAddress = `${host}:${ports.core}`
  const core = start('core', launch('core', grpcProbe(coreAddress)))
  const modelServer = start('model-server', launch('model-server', readyz(ports.model)))
  await Promise.all([ready(core), ready(modelServer)])

  async function startWorker(number: number): Promise<ChaosWorker> {
    const name = `worker-${number}`
    const port = await freePort()
    const proxy = await startBreakableProxy(`http://${coreAddress}`)
    const wayToCore = started.adopt(proxy, ({ stop }) => stop())
    const clockFile = join(dataDir, `${name}.clock`)
    const turnClock = (byMs: number) =>
      writeFileSync(clockFile, `${byMs < 0 ? '-' : '+'}${Math.abs(byMs) / 1_000}\n`)
    turnClock(0)
    const own = {
      CORE_ADDRESS: new URL(wayToCore.url).host,
      ORCHESTRATOR_PORT: `${port}`,
      ...clock?.variables(clockFile),
    }
    const supervised = start(name, launch('orchestrator', readyz(port), own))
    return { ...supervised, wayToCore, turnClock }
  }
  const numbers = Array.from({ length: options.workers }, (_, index) => index + 1)
  const workers = await Promise.all(numbers.map(startWorker))
  await Promise.all(workers.map(ready))

  const running = started.move()
  return {
    ...{ workers, core, 'model-server': modelServer, redis, postgres },
    all: [...workers, core, modelServer, redis, postgres],
    ...{ coreAddress, databaseUrl, redisUrl, redisDir },
    async stopServices() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await Promise.all([core.stop(), modelServer.stop()])
    },
    async [Symbol.asyncDispose]() {
      // One that is stopped could not stop.
      for (const worker of workers) worker.signal('SIGCONT')
      await running.disposeAsync()
    },
  }
}

/** Every service is told the same of all others, and each life of it its own name. */
function createLauncher(logsDir: string, recorder: Recorder, shared: NodeJS.ProcessEnv) {
  return (name: ServiceName, isReady: Probe, own: NodeJS.ProcessEnv = {}): Launch =>
    async (life, spawned) => {
      const definition = { address: life.id, isReady, traced: true }
      await startService(name, definition, {
        env: { ...shared, ...recorder.variables(life.id), WORKER_ID: life.id, ...own },
        ...{ logsDir, watch: false, signal: new AbortController().signal },
        onLog: () => undefined,
        onSpawn: ({ pid, exited, kill, stop }) =>
          spawned({ pid, exited, signal: kill, stop: () => stop(stopPatienceMs) }),
      })
    }
}

function readyz(port: number): Probe {
  return httpProbe(`http://${host}:${port}/readyz`)
}

/** Redis, as if its disk had been lost with it. */
export function emptyRedis({ redis, redisDir }: ChaosSystem) {
  return redis.kill(() => rmSync(redisDir, { recursive: true, force: true }))
}

const readyWithinMs = 60_000
const pollMs = 50

export function ready(supervised: Supervised): Promise<void> {
  return until(supervised.isReady, () => `${supervised.name} is not ready`)
}

/** Tasks can be submitted, and run. */
export function works({ core, redis, postgres, workers }: ChaosSystem): Promise<void> {
  const isThere = () =>
    [core, redis, postgres].every((one) => one.isReady()) && workers.some((one) => one.isReady())
  return until(isThere, () => 'The system does not recover')
}

async function until(condition: () => boolean, describe: () => string): Promise<void> {
  const deadline = performance.now() + readyWithinMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(describe())
    await sleep(pollMs)
  }
}

function asProcess({ pid, exited, stop }: Awaited<ReturnType<typeof startRedis>>): Process {
  return { pid, exited, signal: (signal) => void process.kill(pid, signal), stop: () => stop() }
}
