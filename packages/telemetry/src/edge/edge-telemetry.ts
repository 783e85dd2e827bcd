// Telemetry for a service that strangers can reach: everything of `httpTelemetry`, and a decision about whose trace a
// request belongs to. Who is trusted is the app's to say; what follows from it is here, the same for everybody.
import type { Link } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type HttpTelemetryOptions, httpTelemetry } from '../fastify.ts'
import { admitTraceContext } from './admission.ts'
import { sendTraceResponse } from './trace-response.ts'

export interface EdgeOptions extends Pick<HttpTelemetryOptions, 'probes'> {
  /**
   * Asked once for each request, before its span begins. It answers at once: what it has to know is found by hooks
   * before this plugin.
   */
  readonly isTrusted: (request: FastifyRequest) => boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** To the span that an untrusted caller says it is in. */
    strangersLink: Link | undefined
  }
}

/** In place of `httpTelemetry`, and as early: later hooks run inside the request's span. */
export const edgeTelemetry = fp(addEdgeTelemetry, { name: 'edge-telemetry', fastify: '5.x' })

async function addEdgeTelemetry(
  app: FastifyInstance,
  { isTrusted, ...options }: EdgeOptions,
): Promise<void> {
  app.decorateRequest('strangersLink', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    const trusted: unknown = isTrusted(request)
    // Of whatever it is, taken for a yes it would trust everybody.
    if (trusted instanceof Promise) throw new TypeError('isTrusted must not return a promise')
    request.strangersLink = admitTraceContext(request.raw.headers, trusted === true)
    done()
  })
  await app.register(httpTelemetry, { ...options, linkOf: ({ strangersLink }) => strangersLink })
  app.addHook('onRequest', (_request, reply, done) => {
    sendTraceResponse(reply.raw)
    done()
  })
}
