import { createLogger } from '@throughline/telemetry'
import { expect, onTestFinished, test } from 'vitest'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { createMetrics } from './metrics.ts'
import { startModels } from './models/models.ts'
import { createUpstream } from './upstream/upstream.ts'

test('has connections for all who may wait, and for those who are told that there is no room', async () => {
  const config = loadConfig({
    ...{ MODEL_SLOTS: '8', MODEL_QUEUE_LIMIT: '10000' },
    ...{ UPSTREAM_URL: 'http://127.0.0.1:1/v1', UPSTREAM_MAX_REQUESTS: '500' },
  })
  if (config.upstream === undefined) throw new Error('There is no provider')
  const logger = createLogger({ name: 'model-server', level: 'silent' })
  const metrics = createMetrics()
  const [first] = config.models
  if (first === undefined) throw new Error('There is no model')
  const sources = ['one', 'other'].map((name) => ({ ...first, name, preload: false }))
  const models = await startModels(sources, { ...config, metrics, logger })
  const upstream = createUpstream({ ...config.upstream, metrics, logger })
  onTestFinished(upstream.close)
  const app = await buildApp({ ...config, models, metrics, logger, upstream })
  expect(app.server.maxConnections).toBeGreaterThanOrEqual(2 * (8 + 10_000) + 500 + 1_000)
})
