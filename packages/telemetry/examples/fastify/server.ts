import { httpTelemetry } from '@throughline/telemetry/fastify'
import Fastify from 'fastify'

const app = Fastify({ logger: true })
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
