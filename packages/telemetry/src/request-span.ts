// The span and the measurement of one HTTP request, from its first hook to the last byte of the response.
import {
  type Context,
  type Histogram,
  type Link,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
} from '@opentelemetry/semantic-conventions'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { rootContext } from './context/flat-context.ts'
import { histogram } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import { attributes } from './names.ts'
import { kindOf } from './request-kind.ts'

export function createRequestDuration(): Histogram {
  return histogram(metrics.httpServerRequestDuration)
}

/** Begins the request's span, which ends with its response; returns the context of everything that serves it. */
export function traceRequest(
  request: FastifyRequest,
  { raw: response }: FastifyReply,
  duration: Histogram,
  link?: Link,
  route = request.routeOptions.url,
): Context {
  const startedAt = performance.now()
  const kind = kindOf(request, route)
  const parent = propagation.extract(rootContext, request.headers)
  const options = {
    kind: SpanKind.SERVER,
    attributes: kind.attributes,
    ...(link !== undefined && { links: [link] }),
  }
  const span = trace.getTracer('throughline').startSpan(kind.spanName, options, parent)
  if (!kind.isKnownMethod) span.setAttribute(ATTR_HTTP_REQUEST_METHOD_ORIGINAL, request.method)

  let isOver = false
  const end = (isComplete: boolean) => {
    if (isOver) return
    isOver = true
    const status = response.headersSent ? response.statusCode : 0
    endSpan(span, status, isComplete)
    duration.record((performance.now() - startedAt) / 1_000, kind.measured(status), parent)
  }
  // Either the response was finished, or it was cut off: no span stays open. Not `once`, which wraps and removes.
  response.on('finish', () => end(true))
  response.on('close', () => end(response.writableFinished))
  return trace.setSpan(parent, span)
}

/** Without a status, nothing was answered. */
function endSpan(span: Span, status: number, isComplete: boolean): void {
  if (status !== 0) span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status)
  if (!isComplete) span.setAttribute(attributes.httpResponseIncomplete, true)
  if (status >= 500) {
    span.setAttribute(ATTR_ERROR_TYPE, String(status))
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}
