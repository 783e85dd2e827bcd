// All of core in this process, on a database, a queue and a port of its own, with a client for each service.
import { randomUUID } from 'node:crypto'
import {
  ListingServiceDefinition,
  NegotiationServiceDefinition,
  TaskServiceDefinition,
  TenantServiceDefinition,
  taskQueueName,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { createChannel, createClientFactory } from 'nice-grpc'
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline'
import { HealthDefinition } from 'nice-grpc-server-health'
import { type Logger, pino } from 'pino'
import { inject } from 'vitest'
import { createDatabase } from '../database.ts'
import { watchHealth } from '../health.ts'
import { startReconciler } from '../outbox/reconciler.ts'
import { startRelay } from '../outbox/relay.ts'
import { createTaskQueue } from '../outbox/task-queue.ts'
import { createRedis } from '../redis.ts'
import { buildServer, drainServer } from '../server.ts'
import { cloneDatabase } from './database.ts'

export interface CoreOptions {
  readonly redisUrl?: string
  /** Another way to the same Postgres. */
  readonly postgresUrl?: string
  readonly logger?: Logger
  readonly reconcileIntervalMs?: number
  readonly reconcileGraceMs?: number
}

export type TestCore = Awaited<ReturnType<typeof startCore>>

const callTimeoutMs = 10_000

export async function startCore({
  redisUrl = inject('redisUrl'),
  postgresUrl = inject('postgresUrl'),
  logger = pino({ level: 'silent' }),
  reconcileIntervalMs = 60_000,
  reconcileGraceMs = 0,
}: CoreOptions = {}) {
  const clone = await cloneDatabase(inject('postgresUrl'))
  const url = new URL(clone.url)
  url.port = new URL(postgresUrl).port
  const database = createDatabase({ url: url.href, poolSize: 5, logger })
  const redis = createRedis({ url: redisUrl, logger })
  const queuePrefix = `core-test-${randomUUID()}`
  const queue = createTaskQueue({ redis, logger, name: taskQueueName, prefix: queuePrefix })
  const relay = startRelay({ database, queue, logger })
  const reconciler = startReconciler({
    database,
    queue,
    logger,
    intervalMs: reconcileIntervalMs,
    graceMs: reconcileGraceMs,
    onOutboxWritten: relay.wake,
  })
  const health = watchHealth({ database, redis, logger, intervalMs: 100 })
  const server = buildServer({
    database,
    health: health.state,
    logger,
    onOutboxWritten: relay.wake,
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
    relay,
    reconciler,
    health,
    listings: clients.create(ListingServiceDefinition, channel, defaults),
    negotiations: clients.create(NegotiationServiceDefinition, channel, defaults),
    tasks: clients.create(TaskServiceDefinition, channel, defaults),
    tenants: clients.create(TenantServiceDefinition, channel, defaults),
    healthChecks: clients.create(HealthDefinition, channel, defaults),
    /** In the order of main.ts. */
    async stop() {
      await health.drain()
      channel.close()
      await drainServer(server)
      await reconciler.stop()
      await relay.stop()
      await queue.close()
      redis.disconnect()
      await database.$disconnect()
      await clone.drop()
    },
  }
}
