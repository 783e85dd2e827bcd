// The span and the measurement of one HTTP request, from its first hook to the last byte of the response.
import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import {
  type Attributes,
  type Context,
  type Histogram,
  type Link,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { histogram } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import { attributes } from './names.ts'

interface RequestSpan {
  readonly context: Context
  end(response: ServerResponse, complete: boolean): void
}

const knownMethods = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
])

export function createRequestDuration(): Histogram {
  return histogram(metrics.httpServerRequestDuration)
}

/** Begins the request's span, which ends with its response; returns the context of everything that serves it. */
export function traceRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  duration: Histogram,
  link?: Link,
): Context {
  const requestSpan = startRequestSpan(request, duration, link)
  // Called once, whether the response was finished or cut off: no span stays open.
  finished(reply.raw, (cutOff) => requestSpan.end(reply.raw, cutOff === undefined))
  return requestSpan.context
}

function startRequestSpan(
  request: FastifyRequest,
  duration: Histogram,
  link: Link | undefined,
): RequestSpan {
  const startedAt = performance.now()
  const route = request.routeOptions.url
  const known = knownMethods.has(request.method)
  // These are on the metric too, so each of them has few values: a caller chooses neither method nor route.
  const bounded: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: known ? request.method : '_OTHER',
    [ATTR_URL_SCHEME]: request.protocol,
    [ATTR_NETWORK_PROTOCOL_VERSION]: request.raw.httpVersion,
    ...(route !== undefined && { [ATTR_HTTP_ROUTE]: route }),
  }
  const method = known ? request.method : 'HTTP'
  const parent = propagation.extract(ROOT_CONTEXT, request.headers)
  const span = trace.getTracer('throughline').startSpan(
    route === undefined ? method : `${method} ${route}`,
    {
      kind: SpanKind.SERVER,
      ...(link !== undefined && { links: [link] }),
      attributes: {
        ...bounded,
        [ATTR_URL_PATH]: redactedPath(route),
        ...(!known && { [ATTR_HTTP_REQUEST_METHOD_ORIGINAL]: request.method }),
      },
    },
    parent,
  )

  return {
    context: trace.setSpan(parent, span),
    end(response, complete) {
      const outcome = outcomeOf(response)
      span.setAttributes(outcome)
      if (!complete) span.setAttribute(attributes.httpResponseIncomplete, true)
      if (ATTR_ERROR_TYPE in outcome) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
      const seconds = (performance.now() - startedAt) / 1_000
      duration.record(seconds, { ...bounded, ...outcome }, parent)
    },
  }
}

/**
 * The query holds what somebody searched for, a parameter whom they asked about, an unknown path whatever was pasted
 * there: of a path only what the route says is ours to tell. The conventions have this word for the rest.
 */
function redactedPath(route: string | undefined): string {
  return route === undefined ? '/REDACTED' : route.replace(/:[^/]+|\*/g, 'REDACTED')
}

/** Only the server's own failures are errors: a caller who left or asked for nonsense got what was due. */
function outcomeOf({ headersSent, statusCode }: ServerResponse): Attributes {
  if (!headersSent) return {}
  return {
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: statusCode,
    ...(statusCode >= 500 && { [ATTR_ERROR_TYPE]: String(statusCode) }),
  }
}
