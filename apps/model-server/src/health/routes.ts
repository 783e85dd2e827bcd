// Alive means that the process answers; ready, that a completion would be served.
import type { FastifyPluginCallback } from 'fastify'
import type { Engine } from '../engine/engine.ts'
import { ModelServerError } from '../errors.ts'

export const healthRoutes: FastifyPluginCallback<{ readonly engine: Engine }> = (
  app,
  { engine },
  done,
) => {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', () => {
    if (engine.isReady()) return { status: 'ok' }
    throw new ModelServerError('engine_unavailable', 'The engine is restarting')
  })
  done()
}
