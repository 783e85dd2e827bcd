import { createLogger } from '@throughline/telemetry'
import { httpTelemetry } from '@throughline/telemetry/fastify'
import Fastify, { LogController } from 'fastify'

const app = Fastify({
  loggerInstance: createLogger({ name: 'shop', level: 'info' }),
  // Fastify's own lines hold whole URLs.
  logController: new LogController({ disableRequestLogging: true }),
})
await app.register(httpTelemetry)

app.get<{ Params: { id: string } }>('/stock/:id', async ({ params, log }) => {
  log.info('counted')
  return { id: params.id, left: 3 }
})

app.get('/', async (request) => {
  const response = await fetch(`http://${request.host}/stock/camera`)
  return { shop: 'open', stock: await response.json() }
})

await app.listen({ port: 3000 })
