// Fastify's side of telemetry: one SERVER span and one duration for each request, as the semantic conventions for
// HTTP have them. Not @fastify/otel: it ends the span when a response begins, so that a stream has no length, marks
// a refused request (4xx) as a failure of the server, and adds a span for the handler of unknown routes.
import { finished } from 'node:stream'
import { context } from '@opentelemetry/api'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createRequestDuration, startRequestSpan } from './request-span.ts'
import { withoutTracing } from './with-span.ts'

const probes = new Set(['/healthz', '/readyz'])

/** Register it first: later hooks then run inside the request's span. Its parent is what the headers say by then. */
export const httpTelemetry = fp(addHttpTelemetry, { name: 'http-telemetry', fastify: '5.x' })

async function addHttpTelemetry(app: FastifyInstance): Promise<void> {
  const duration = createRequestDuration()

  app.addHook('onRequest', (request, reply, done) => {
    // Asked every few seconds for ever, and so is whatever they ask in turn.
    if (probes.has(request.routeOptions.url ?? '')) return withoutTracing(done)

    const requestSpan = startRequestSpan(request, duration)
    // Called once, whether the response was finished or cut off: no span stays open.
    finished(reply.raw, (cutOff) => requestSpan.end(reply.raw, cutOff === undefined))
    context.with(requestSpan.context, done)
  })
}
