// Fastify's side of telemetry: one SERVER span and one duration for each request, as the semantic conventions for
// HTTP have them. Not @fastify/otel: it ends the span when a response begins, so that a stream has no length, marks
// a refused request (4xx) as a failure of the server, and adds a span for the handler of unknown routes.
import { context, type Link } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { createRequestDuration, traceRequest } from './request-span.ts'
import { withoutTracing } from './with-span.ts'

export interface HttpTelemetryOptions {
  /** A span to point to without continuing its trace. */
  readonly linkOf?: (request: FastifyRequest) => Link | undefined
  /** Routes that are neither recorded nor measured: `/healthz` and `/readyz`. */
  readonly probes?: readonly string[]
}

/** Register it first: later hooks then run inside the request's span. Its parent is what the headers say by then. */
export const httpTelemetry = fp(addHttpTelemetry, { name: 'http-telemetry', fastify: '5.x' })

async function addHttpTelemetry(
  app: FastifyInstance,
  { linkOf, probes = ['/healthz', '/readyz'] }: HttpTelemetryOptions,
): Promise<void> {
  const unobserved = new Set<string | undefined>(probes)
  const duration = createRequestDuration()

  app.addHook('onRequest', (request, reply, done) => {
    // Read once: Fastify puts them together whenever it is asked.
    const { url: route } = request.routeOptions
    // Asked every few seconds for ever, and so is whatever they ask in turn.
    if (unobserved.has(route)) return withoutTracing(done)

    context.with(traceRequest(request, reply, duration, linkOf?.(request), route), done)
  })
}
