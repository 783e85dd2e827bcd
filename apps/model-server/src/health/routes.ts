// Alive means that the process answers; ready, that a completion would be served.
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
    const [first] = models.loaded()
    if (first === undefined || first.engine.isReady()) return { status: 'ok' }
    throw new ModelServerError('engine_unavailable', 'The engine is restarting')
  })
  done()
}
