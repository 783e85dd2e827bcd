import { runProcess } from '@throughline/process'
import { createLogger, shutdownTelemetry } from '@throughline/telemetry'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { createMetrics } from './metrics.ts'
import { startModels } from './models/models.ts'
import { createUpstream } from './upstream/upstream.ts'

await runProcess(async (onStop) => {
  const config = loadConfig(process.env)
  onStop('telemetry', shutdownTelemetry)
  const logger = createLogger({ name: 'model-server', level: config.logLevel })
  const metrics = createMetrics()

  const models = await startModels(config.models, { ...config, metrics, logger })
  metrics.observe(models)
  onStop('models', models.close)

  const upstream = config.upstream && createUpstream({ ...config.upstream, metrics, logger })
  if (upstream) onStop('upstream', upstream.close)

  const app = await buildApp({ ...config, models, metrics, logger, upstream })
  onStop('http', () => app.close())
  // Fastify's own text would hold the address: messages are constant.
  const listenTextResolver = () => 'port opened'
  const address = await app.listen({ host: config.host, port: config.port, listenTextResolver })
  logger.info({ address, models: models.names }, 'listening')
})
