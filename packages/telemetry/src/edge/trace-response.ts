// Tells every caller which trace to look at: `traceresponse` of W3C Trace Context, Level 2.
import type { ServerResponse } from 'node:http'
import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import { traceparentOf } from '../trace-context/propagator.ts'

/** On the response itself, so that one which Fastify does not write, a hijacked stream for one, has it too. */
export function sendTraceResponse(response: ServerResponse): void {
  const value = activeTraceResponse()
  if (value !== undefined) response.setHeader('traceresponse', value)
}

/** Nothing while telemetry is off, as there is no trace to point to. */
export function activeTraceResponse(): string | undefined {
  return traceparentOf(context.active())
}

/** For the body of an error. */
export function activeTraceId(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext()
  return span && isSpanContextValid(span) ? span.traceId : undefined
}
