// One line a request, when its response is out or its caller gone, within the request's trace.
import { AsyncResource } from 'node:async_hooks'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Probes come every few seconds for ever: they are not logged. */
    probe?: boolean
  }
}

export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.routeOptions.config.probe) {
      // `close` follows `finish` and also comes when the caller leaves, but outside the request's context.
      const onClose = AsyncResource.bind(() => logCompleted(request, reply))
      reply.raw.once('close', onClose)
    }
    done()
  })
}

function logCompleted(request: FastifyRequest, reply: FastifyReply): void {
  const { method, routeOptions, caller } = request
  const facts = {
    method,
    route: routeOptions.url ?? 'unknown',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    ...(caller !== undefined && { tenant: caller.tenantId }),
  }
  if (reply.raw.writableFinished) request.log.info(facts, 'request completed')
  else request.log.info(facts, 'request abandoned by its caller')
}
