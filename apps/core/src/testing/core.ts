// All of core in this process, on a database, a queue and a port of its own, with a client for each service.
import { randomUUID } from 'node:crypto'
import {
  ListingServiceDefinition,
  NegotiationServiceDefinition,
  TaskServiceDefinition,
  TenantServiceDefinition,
  taskQueueName,
  WorkerServiceDefinition,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { createChannel, createClientFactory } from 'nice-grpc'
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline'
import { HealthDefinition } from 'nice-grpc-server-health'
import { type Logger, pino } from 'pino'
import { inject } from 'vitest'
import { createDatabase } from '../database.ts'
import { watchHealth } from '../health.ts'
import { watchAdmission } from '../outbox/admission.ts'
import { startDispatcher } from '../outbox/dispatcher.ts'
import { startReconciler } from '../outbox/reconciler.ts'
import { createTaskQueue } from '../outbox/task-queue.ts'
import { createRedis } from '../redis.ts'
import { buildServer, drainServer } from '../server.ts'
import { createCancellations } from '../workers/cancellations.ts'
import { watchWorkers } from '../workers/watch-workers.ts'
import { createWorkerRegistry } from '../workers/worker-registry.ts'
import { cloneDatabase } from './database.ts'

export interface CoreOptions {
  readonly redisUrl?: string
  /** Another way to the same Postgres. */
  readonly postgresUrl?: string
  readonly logger?: Logger
  readonly reconcileIntervalMs?: number
  readonly reconcileGraceMs?: number
  readonly maxWaitingTasks?: number
  /** How many tasks may be in flight; by default what the live workers are good for. */
  readonly window?: () => number
}

export type TestCore = Awaited<ReturnType<typeof startCore>>

const callTimeoutMs = 10_000

export async function startCore({
  redisUrl = inject('redisUrl'),
  postgresUrl = inject('postgresUrl'),
  logger = pino({ level: 'silent' }),
  reconcileIntervalMs = 60_000,
  reconcileGraceMs = 0,
  maxWaitingTasks = 100_000,
  window,
}: CoreOptions = {}) {
  const clone = await cloneDatabase(inject('postgresUrl'))
  const url = new URL(clone.url)
  url.port = new URL(postgresUrl).port
  const database = createDatabase({ url: url.href, poolSize: 5, logger })
  const redis = createRedis({ url: redisUrl, logger })
  const queuePrefix = `core-test-${randomUUID()}`
  const queue = createTaskQueue({ redis, logger, name: taskQueueName, prefix: queuePrefix })
  const registry = createWorkerRegistry(redis)
  const workerWatch = watchWorkers({
    redis,
    registry,
    queue,
    logger,
    onPlaces: () => dispatcher.placeFreed(),
    intervalMs: 100,
  })
  const dispatcher = startDispatcher({
    database,
    redis,
    queue,
    logger,
    window: window ?? workerWatch.window,
  })
  const reconciler = startReconciler({
    database,
    queue,
    logger,
    intervalMs: reconcileIntervalMs,
    graceMs: reconcileGraceMs,
    onOutboxWritten: dispatcher.wake,
  })
  const admission = watchAdmission({ database, logger, maxWaitingTasks, intervalMs: 100 })
  const cancellations = createCancellations({ redis, queue, logger })
  const health = watchHealth({ database, redis, logger, intervalMs: 100 })
  const server = buildServer({
    database,
    health: health.state,
    logger,
    workers: registry,
    queueHooks: {
      admit: admission.admit,
      onTaskQueued: dispatcher.wake,
      onPlaceFreed: dispatcher.placeFreed,
      onCancelled: cancellations.publish,
      beforeRetry: cancellations.withdraw,
    },
  })
  const address = `127.0.0.1:${await server.listen('127.0.0.1:0')}`

  const channel = createChannel(address)
  const clients = createClientFactory().use(deadlineMiddleware)
  const defaults = { '*': { deadline: callTimeoutMs } }
  return {
    address,
    database,
    databaseUrl: clone.url,
    redis,
    queue,
    queuePrefix,
    dispatcher,
    reconciler,
    health,
    listings: clients.create(ListingServiceDefinition, channel, defaults),
    negotiations: clients.create(NegotiationServiceDefinition, channel, defaults),
    tasks: clients.create(TaskServiceDefinition, channel, defaults),
    tenants: clients.create(TenantServiceDefinition, channel, defaults),
    workers: clients.create(WorkerServiceDefinition, channel, defaults),
    healthChecks: clients.create(HealthDefinition, channel, defaults),
    /** In the order of main.ts. */
    async stop() {
      health.drain()
      channel.close()
      await drainServer(server)
      await health.stop()
      await reconciler.stop()
      await admission.stop()
      await dispatcher.stop()
      await workerWatch.stop()
      await queue.close()
      redis.disconnect()
      await database.$disconnect()
      await clone.drop()
    },
  }
}
