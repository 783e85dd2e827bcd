import { taskQueueName } from '@throughline/contracts'
import { runProcess } from '@throughline/process'
import { createLogger, shutdownTelemetry, withoutTracing } from '@throughline/telemetry'
import { loadConfig } from './config.ts'
import { createDatabase } from './database.ts'
import { watchHealth } from './health.ts'
import { startReconciler } from './outbox/reconciler.ts'
import { startRelay } from './outbox/relay.ts'
import { createTaskQueue } from './outbox/task-queue.ts'
import { createRedis } from './redis.ts'
import { buildServer, drainServer } from './server.ts'

await runProcess(async (onStop) => {
  const config = loadConfig(process.env)
  onStop('telemetry', shutdownTelemetry)
  const logger = createLogger({ name: 'core', level: config.logLevel })

  const database = createDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    logger,
  })
  onStop('database', () => withoutTracing(async () => await database.$disconnect()))

  const redis = createRedis({ url: config.redisUrl, logger })
  onStop('redis', () => redis.disconnect())

  const queue = createTaskQueue({ redis, logger, name: taskQueueName })
  onStop('queue', () => withoutTracing(queue.close))

  const relay = startRelay({ database, queue, logger })
  onStop('outbox relay', relay.stop)

  const reconciler = startReconciler({
    database,
    queue,
    logger,
    intervalMs: config.reconcileIntervalMs,
    onOutboxWritten: relay.wake,
  })
  onStop('reconciler', reconciler.stop)

  const health = watchHealth({ database, redis, logger })
  const server = buildServer({
    database,
    health: health.state,
    logger,
    onOutboxWritten: relay.wake,
  })
  onStop('server', () => drainServer(server))
  onStop('health', health.drain)
  const port = await server.listen(`${config.host}:${config.port}`)
  logger.info({ address: `${config.host}:${port}` }, 'listening')
})
