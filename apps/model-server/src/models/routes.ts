import type { FastifyPluginCallback } from 'fastify'
import { ModelServerError } from '../errors.ts'

export interface ModelRoutesOptions {
  readonly model: string
  /** Unix seconds. */
  readonly createdAt: number
}

export const modelRoutes: FastifyPluginCallback<ModelRoutesOptions> = (app, options, done) => {
  const { model, createdAt } = options
  const body = { id: model, object: 'model', created: createdAt, owned_by: 'throughline' }

  app.get('/v1/models', () => ({ object: 'list', data: [body] }))
  app.get<{ Params: { model: string } }>('/v1/models/:model', ({ params }) => {
    if (params.model === model) return body
    throw new ModelServerError('model_not_found', `There is no model '${params.model}' here`, {
      param: 'model',
    })
  })
  done()
}
