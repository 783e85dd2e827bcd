import { basename } from 'node:path'
import { runProcess } from '@throughline/process'
import { createLogger, shutdownTelemetry } from '@throughline/telemetry'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { startEngine } from './engine/engine.ts'
import { createMetrics } from './metrics.ts'

await runProcess(async (onStop) => {
  const config = loadConfig(process.env)
  onStop('telemetry', shutdownTelemetry)
  const logger = createLogger({ name: 'model-server', level: config.logLevel })
  const metrics = createMetrics()

  const engine = await startEngine({ ...config, logger, onRestart: metrics.engineRestarted })
  onStop('engine', engine.close)

  const model = basename(config.modelPath, '.gguf')
  const app = await buildApp({ ...config, model, engine, metrics, logger })
  onStop('http', () => app.close())
  // Fastify's own text would hold the address: messages are constant.
  const listenTextResolver = () => 'port opened'
  const address = await app.listen({ host: config.host, port: config.port, listenTextResolver })
  logger.info({ address, model }, 'listening')
})
