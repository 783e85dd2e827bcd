import { taskQueueName } from '@throughline/contracts'
import { runProcess } from '@throughline/process'
import { createLogger, shutdownTelemetry, withoutTracing } from '@throughline/telemetry'
import { loadConfig } from './config.ts'
import { createDatabase } from './database.ts'
import { watchHealth } from './health.ts'
import { watchAdmission } from './outbox/admission.ts'
import { startDispatcher } from './outbox/dispatcher.ts'
import { startReconciler } from './outbox/reconciler.ts'
import { createTaskQueue } from './outbox/task-queue.ts'
import { createRedis } from './redis.ts'
import { buildServer, drainServer } from './server.ts'
import { startPruning } from './tasks/prune-tasks.ts'
import { createCancellations } from './workers/cancellations.ts'
import { watchWorkers } from './workers/watch-workers.ts'
import { createWorkerRegistry } from './workers/worker-registry.ts'

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

  const registry = createWorkerRegistry(redis)
  const workers = watchWorkers({
    redis,
    registry,
    queue,
    logger,
    onPlaces: () => dispatcher.placeFreed(),
  })
  onStop('watch over workers', workers.stop)

  const dispatcher = startDispatcher({ database, redis, queue, logger, window: workers.window })
  onStop('dispatcher', dispatcher.stop)

  const reconciler = startReconciler({
    database,
    queue,
    logger,
    intervalMs: config.reconcileIntervalMs,
    onOutboxWritten: dispatcher.wake,
  })
  onStop('reconciler', reconciler.stop)

  const pruning = startPruning({ database, logger, retentionDays: config.taskRetentionDays })
  onStop('pruning', pruning.stop)

  const admission = watchAdmission({ database, logger, maxWaitingTasks: config.maxWaitingTasks })
  onStop('admission', admission.stop)

  const cancellations = createCancellations({ redis, queue, logger })
  const health = watchHealth({ database, redis, logger })
  onStop('health check', health.stop)

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
  onStop('server', () => drainServer(server))
  onStop('readiness', health.drain)
  const port = await server.listen(`${config.host}:${config.port}`)
  logger.info({ address: `${config.host}:${port}` }, 'listening')
})
