// The least a service does: one route of Fastify's, one small answer.
import { httpTelemetry } from '@throughline/telemetry/fastify'
import Fastify from 'fastify'

const app = Fastify()
await app.register(httpTelemetry)
app.get<{ Params: { name: string } }>('/hello/:name', async ({ params }) => ({
  hello: params.name,
}))
await app.listen({ host: '127.0.0.1', port: 0 })
