// Alive means that the process answers; ready, that a request would be served.
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Core } from '../core-client.ts'
import type { KeyDirectory } from '../edge/key-directory.ts'
import { GatewayError } from '../errors.ts'
import { jsonResponse, problemResponses } from '../openapi/responses.ts'

export interface HealthRoutesOptions {
  readonly core: Core
  readonly keys: KeyDirectory
}

const healthSchema = z.object({ status: z.literal('ok') })

export const healthRoutes: FastifyPluginCallbackZod<HealthRoutesOptions> = (
  app,
  { core, keys },
  done,
) => {
  const config = { probe: true }
  const response = { 200: jsonResponse('Yes', healthSchema) }
  const tags = ['health']
  const alive = { operationId: 'alive', tags, summary: 'Whether the process answers', response }
  const ready = {
    operationId: 'ready',
    tags,
    summary: 'Whether requests would be served',
    response: { ...response, ...problemResponses(503) },
  }
  app.get('/healthz', { config, schema: alive }, () => ({ status: 'ok' as const }))
  app.get('/readyz', { config, schema: ready }, async () => {
    if (!keys.isLoaded()) throw notReady('The API keys have not been read yet')
    if (!(await core.isReachable())) throw notReady('core cannot be reached')
    return { status: 'ok' as const }
  })
  done()
}

function notReady(message: string): GatewayError {
  return new GatewayError('unavailable', message, { headers: { 'retry-after': '1' } })
}
