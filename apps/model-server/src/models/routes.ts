import type { FastifyPluginCallback } from 'fastify'
import type { Upstream } from '../upstream/upstream.ts'
import { type ModelSummary, type Models, notFound } from './models.ts'

export interface ModelRoutesOptions {
  readonly models: Models
  readonly upstream?: Upstream | undefined
}

export const modelRoutes: FastifyPluginCallback<ModelRoutesOptions> = (
  app,
  { models, upstream },
  done,
) => {
  const listOthers = async () => {
    const listed = (await upstream?.listModels()) ?? []
    return listed.filter(({ id }) => !models.names.includes(id))
  }
  app.get('/v1/models', async () => {
    const ours = models.list().map(bodyOf)
    return { object: 'list', data: [...ours, ...(await listOthers())] }
  })
  // Names may have slashes, as many providers' do.
  app.get<{ Params: { '*': string } }>('/v1/models/*', async ({ params: { '*': wanted } }) => {
    const summary = models.list().find(({ name }) => name === wanted)
    if (summary !== undefined) return bodyOf(summary)
    const listed = (await listOthers()).find(({ id }) => id === wanted)
    if (listed !== undefined) return listed
    throw notFound(wanted)
  })
  done()
}

function bodyOf({ name, createdAt }: ModelSummary): object {
  return { id: name, object: 'model', created: createdAt, owned_by: 'throughline' }
}
