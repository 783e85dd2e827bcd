// What Fastify refuses before any hook has run: paths that cannot be decoded, and bytes that are not HTTP. Nobody is
// trusted by then. Their handlers are options of Fastify's constructor, so a plugin cannot bring them along.
import { context } from '@opentelemetry/api'
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import { createRequestDuration, traceRequest } from '../request-span.ts'
import { admitTraceContext } from './admission.ts'
import { type MalformedRequests, plainAnswers, refuseMalformed } from './refuse-malformed.ts'
import { trackResponses } from './responses-under-way.ts'
import { sendTraceResponse } from './trace-response.ts'

type Refuse = (error: Error, request: FastifyRequest, reply: FastifyReply) => void
type EdgeServerOptions = Pick<
  FastifyServerOptions,
  'clientErrorHandler' | 'frameworkErrors' | 'return503OnClosing'
>

/** For `Fastify({ ...edgeServerOptions() })`: with them every answer is traced and says so in `traceresponse`. */
export function edgeServerOptions(
  refuse: Refuse = sendError,
  malformed: MalformedRequests = plainAnswers,
): EdgeServerOptions {
  const duration = createRequestDuration()
  trackResponses()
  return {
    frameworkErrors(error, request, reply) {
      const link = admitTraceContext(request.raw.headers, false)
      context.with(traceRequest(request, reply, duration, link), () => {
        sendTraceResponse(reply.raw)
        refuse(error, request, reply)
      })
    },
    clientErrorHandler: refuseMalformed(malformed),
    // Fastify's own 503 passes every hook by. A request that comes while we drain is served.
    return503OnClosing: false,
  }
}

function sendError(error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  reply.send(error)
}
