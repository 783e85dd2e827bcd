import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { runProcess } from '@throughline/process'
import { createLogger, shutdownTelemetry } from '@throughline/telemetry'
import { createCheckpointStore } from './checkpoints/checkpoint-store.ts'
import { loadConfig } from './config.ts'
import { connectCore } from './core-client.ts'
import { bundledPrices } from './cost/prices.ts'
import { createTaskEventWriter } from './events/task-events.ts'
import { buildHealthServer } from './health.ts'
import { createModelClient } from './models/model-client.ts'
import { connectQueueRedis, connectRedis } from './redis.ts'
import { createJobProcessor } from './tasks/process-job.ts'
import { buildWorker } from './worker.ts'
import { allWorkflows } from './workflows/all-workflows.ts'

await runProcess(async (onStop) => {
  const config = loadConfig(process.env)
  onStop('telemetry', shutdownTelemetry)
  const logger = createLogger({ name: 'orchestrator', level: config.logLevel })

  const core = connectCore(config.coreAddress)
  onStop('core', core.close)
  const { workerId, redisUrl } = config
  const redis = connectRedis(redisUrl, workerId, logger)
  onStop('redis', () => redis.disconnect())
  const queueRedis = connectQueueRedis(redisUrl, logger)
  onStop('queue redis', () => queueRedis.disconnect())
  const cancellationsRedis = connectQueueRedis(redisUrl, logger)
  onStop('cancellations redis', () => cancellationsRedis.disconnect())
  const events = createTaskEventWriter(redis, logger)
  onStop('events', events.flush)

  const processJob = createJobProcessor({
    core: core.tasks,
    workflows: allWorkflows,
    checkpoints: createCheckpointStore(redis, logger),
    askModel: createModelClient(config.model),
    modelName: config.model.name,
    prices: bundledPrices,
    ...{ events, redis, logger, workerId },
  })
  const worker = buildWorker(processJob, {
    ...config,
    ...{ redis, queueRedis, cancellationsRedis, logger },
  })
  onStop('worker', worker.stop)

  const health = buildHealthServer({
    worker: worker.isRunning,
    redis: async () => (await redis.ping()) === 'PONG',
    core: core.isReachable,
  })
  health.listen(config.port, config.host)
  await once(health, 'listening')
  onStop('health', () => health.close())

  // A process that takes no tasks ends, with an exit code that makes whoever watches it start another.
  worker.start(() => process.kill(process.pid, 'SIGTERM'))
  const { port } = health.address() as AddressInfo
  logger.info({ address: `http://${config.host}:${port}`, workerId }, 'listening')
})
