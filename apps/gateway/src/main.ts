import { runProcess } from '@throughline/process'
import { createLogger, shutdownTelemetry } from '@throughline/telemetry'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { connectCore } from './core-client.ts'
import { createKeyDirectory } from './edge/key-directory.ts'
import { connectRedis } from './redis.ts'
import { createTaskEvents } from './tasks/task-events.ts'

await runProcess(async (onStop) => {
  onStop('telemetry', shutdownTelemetry)
  const config = loadConfig(process.env)
  const logger = createLogger({ name: 'gateway', level: config.logLevel })

  const core = connectCore(config.coreAddress)
  onStop('core', core.close)

  const redis = connectRedis(config.redisUrl, 'commands', logger)
  onStop('redis', () => redis.disconnect())
  const blocking = connectRedis(config.redisUrl, 'task events', logger)
  onStop('redis for task events', () => blocking.disconnect())
  const events = createTaskEvents({ commands: redis, blocking, logger })
  onStop('task events', events.stop)

  const listKeys = async () => (await core.tenants.listKeys({})).keys
  const keys = createKeyDirectory({ listKeys, logger })
  onStop('keys', keys.stop)
  await keys.start()

  const app = await buildApp({ core, keys, events, redis, logger, demo: config.demo })
  onStop('server', () => app.close())
  // Fastify's own text would hold the address: messages are constant.
  const listenTextResolver = () => 'port opened'
  const address = await app.listen({ host: config.host, port: config.port, listenTextResolver })
  logger.info({ address }, 'listening')
})
