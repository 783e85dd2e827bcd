import type { FastifyPluginCallback } from 'fastify'
import { type ModelSummary, type Models, notFound } from './models.ts'

export const modelRoutes: FastifyPluginCallback<{ readonly models: Models }> = (
  app,
  { models },
  done,
) => {
  app.get('/v1/models', () => ({ object: 'list', data: models.list().map(bodyOf) }))
  app.get<{ Params: { model: string } }>('/v1/models/:model', ({ params }) => {
    const summary = models.list().find(({ name }) => name === params.model)
    if (summary === undefined) throw notFound(params.model)
    return bodyOf(summary)
  })
  done()
}

function bodyOf({ name, createdAt }: ModelSummary): object {
  return { id: name, object: 'model', created: createdAt, owned_by: 'throughline' }
}
