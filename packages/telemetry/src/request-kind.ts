// What all requests of a kind have in common: worked out for the first of them. There are few kinds, because a caller
// chooses neither the method nor the route that is written down, nor the scheme.
import type { Attributes } from '@opentelemetry/api'
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions'
import type { FastifyRequest } from 'fastify'

export interface RequestKind {
  /** `POST /v1/search`, or `POST` alone where there is no such route. */
  readonly spanName: string
  readonly isKnownMethod: boolean
  /** Of the span. */
  readonly attributes: Attributes
  /** Of the measurement, by the response's status; under 0 without a response. Frozen: they name its series. */
  measured(statusCode: number): Attributes
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

interface KnownKind extends RequestKind {
  /** Empty for all that HTTP does not define. */
  readonly method: string
  readonly isSecure: boolean
  readonly httpVersion: string
}

const kindsByRoute = new Map<string | undefined, KnownKind[]>()

/** A search through a few, because a text to look one up by would be made for every request. */
export function kindOf(request: FastifyRequest, route: string | undefined): RequestKind {
  const { httpVersion } = request.raw
  const method = knownMethods.has(request.method) ? request.method : ''
  const isSecure = request.protocol === 'https'
  const kinds = kindsByRoute.get(route) ?? []
  for (const kind of kinds) {
    if (kind.method !== method || kind.isSecure !== isSecure) continue
    if (kind.httpVersion === httpVersion) return kind
  }
  const kind = { ...describe(request, route), method, isSecure, httpVersion }
  kindsByRoute.set(route, [...kinds, kind])
  return kind
}

function describe(
  { method, protocol, raw }: FastifyRequest,
  route: string | undefined,
): RequestKind {
  const isKnownMethod = knownMethods.has(method)
  const bounded: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: isKnownMethod ? method : '_OTHER',
    [ATTR_URL_SCHEME]: protocol === 'https' ? 'https' : 'http',
    [ATTR_NETWORK_PROTOCOL_VERSION]: raw.httpVersion,
    ...(route !== undefined && { [ATTR_HTTP_ROUTE]: route }),
  }
  const name = isKnownMethod ? method : 'HTTP'
  const byStatus = new Map<number, Attributes>()
  return {
    spanName: route === undefined ? name : `${name} ${route}`,
    isKnownMethod,
    attributes: { ...bounded, [ATTR_URL_PATH]: redactedPath(route) },
    measured(statusCode) {
      const known = byStatus.get(statusCode)
      if (known) return known
      const attributes = Object.freeze({ ...bounded, ...outcomeOf(statusCode) })
      byStatus.set(statusCode, attributes)
      return attributes
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
function outcomeOf(statusCode: number): Attributes {
  if (statusCode === 0) return {}
  return {
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: statusCode,
    ...(statusCode >= 500 && { [ATTR_ERROR_TYPE]: String(statusCode) }),
  }
}
