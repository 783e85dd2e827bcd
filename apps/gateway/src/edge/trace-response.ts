// Tells every caller which trace to look at: `traceresponse` of W3C Trace Context.
import { isSpanContextValid, trace } from '@opentelemetry/api'
import type { FastifyInstance } from 'fastify'
import { formatTraceparent } from './traceparent.ts'

/** Nothing while telemetry is off, as there is no trace to point to. */
export function addTraceResponse(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const response = activeTraceResponse()
    if (response !== undefined) reply.header('traceresponse', response)
    done()
  })
}

export function activeTraceResponse(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext()
  if (span === undefined || !isSpanContextValid(span)) return undefined
  const flags = span.traceFlags.toString(16).padStart(2, '0')
  return formatTraceparent({ traceId: span.traceId, spanId: span.spanId, flags })
}

/** For the body of a problem. */
export function activeTraceId(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext()
  return span && isSpanContextValid(span) ? span.traceId : undefined
}
