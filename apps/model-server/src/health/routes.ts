// Alive means that the process answers; ready, that a completion of the default model would be served. A server that only
// forwards has none, and is ready as long as it is alive.
import type { FastifyPluginCallback } from 'fastify'
import { ModelServerError } from '../errors.ts'
import type { Models } from '../models/models.ts'

export const healthRoutes: FastifyPluginCallback<{ readonly models: Models }> = (
  app,
  { models },
  done,
) => {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', () => {
    const [model] = models.loaded()
    if (model !== undefined && !model.engine.isReady()) {
      throw new ModelServerError('engine_unavailable', 'The engine is restarting')
    }
    if (model?.slots.isFull()) {
      throw new ModelServerError('not_ready', 'The queue is full')
    }
    return { status: 'ok' }
  })
  done()
}
