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
  const ports = { postgres: await freePort(), redis: await freePort(), core: await freePort() }
  const modelPort = await freePort()
  const user = 'throughline'
  const databaseUrl = `postgresql://${user}:${user}@${host}:${ports.postgres}/${user}`
  const redisUrl = `redis://${host}:${ports.redis}`
  const redisDir = join(dataDir, 'redis')

  const postgres = supervise('postgres', async (_, spawned) => {
    spawned(
      asProcess(await startPostgres({ dataDir: join(dataDir, 'postgres'), port: ports.postgres })),
    )
  })
  const redis = supervise('redis', async (_, spawned) => {
    const cacheDir = join(root, '.data/cache/redis')
    spawned(asProcess(await startRedis({ dataDir: redisDir, port: ports.redis, cacheDir, env })))
  })
  await Promise.all([ready(postgres), ready(redis)])
  await migrate(databaseUrl)
  await seed(databaseUrl)

  const shared = {
    PATH: env.PATH,
    HOME: env.HOME,
    LOG_LEVEL: 'info',
    NODE_COMPILE_CACHE: join(root, '.data/cache/node'),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    MODEL_SERVER_URL: `http://${host}:${modelPort}`,
    // What a crash leaves is found by waiting. These waits are shorter here than in life, and the same otherwise.
    ORCHESTRATOR_LEASE_MS: `${leaseMs}`,
    RECONCILE_INTERVAL_MS: '500',
    CORE_PORT: `${ports.core}`,
    MODEL_SERVER_PORT: `${modelPort}`,
  }
  const service = (
    name: ServiceName,
    address: string,
    isReady: Probe,
    own: NodeJS.ProcessEnv = {},
  ): Launch => {
    return async (life, spawned) => {
      await startService(
        name,
        { address, isReady, traced: true },
        {
          env: { ...shared, ...recorder.variables(life.id), ...own, WORKER_ID: life.id },
          logsDir: dataDir,
          watch: false,
          onLog: () => undefined,
          signal: new AbortController().signal,
          onSpawn: (process) =>
            spawned({
              pid: process.pid,
              exited: process.exited,
              signal: process.kill,
              stop: () => process.stop(stopPatienceMs),
            }),
        },
      )
    }
  }

  const coreAddress = `${host}:${ports.core}`
  const core = supervise('core', service('core', coreAddress, grpcProbe(coreAddress)))
  const modelUrl = `http://${host}:${modelPort}`
  const modelServer = supervise(
    'model-server',
    service('model-server', modelUrl, httpProbe(`${modelUrl}/readyz`)),
  )
  await Promise.all([ready(core), ready(modelServer)])

  const workers = await Promise.all(
    Array.from({ length: options.workers }, async (_, index): Promise<ChaosWorker> => {
      const name = `worker-${index + 1}`
      const port = await freePort()
      const address = `http://${host}:${port}`
      const wayToCore = await startBreakableProxy(`http://${coreAddress}`)
      const clockFile = join(dataDir, `${name}.clock`)
      const turnClock = (byMs: number) =>
        writeFileSync(clockFile, `${byMs < 0 ? '-' : '+'}${Math.abs(byMs) / 1_000}\n`)
      turnClock(0)
      const own = {
        CORE_ADDRESS: new URL(wayToCore.url).host,
        ORCHESTRATOR_PORT: `${port}`,
        ...clock?.variables(clockFile),
      }
      const supervised = supervise(
        name,
        service('orchestrator', address, httpProbe(`${address}/readyz`), own),
      )
      return { ...supervised, isReady: supervised.isReady, wayToCore, turnClock }
    }),
  )
  await Promise.all(workers.map(ready))

  const services = [...workers, core, modelServer]
  return {
    ...{ workers, core, 'model-server': modelServer, redis, postgres },
    all: [...services, redis, postgres],
    ...{ coreAddress, databaseUrl, redisUrl, redisDir },
    async stopServices() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await Promise.all([core.stop(), modelServer.stop()])
    },
    async [Symbol.asyncDispose]() {
      for (const worker of workers) worker.signal('SIGCONT')
      await Promise.all(services.map((one) => one.stop()))
      await Promise.all([
        redis.stop(),
        postgres.stop(),
        ...workers.map((one) => one.wayToCore.stop()),
      ])
    },
  }
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
