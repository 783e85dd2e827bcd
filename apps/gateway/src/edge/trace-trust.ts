// Whose trace a request belongs to. A trusted caller's context is continued. A stranger's would let
// anyone write into our traces and switch sampling on, so all that is kept of it is a span link.
import type { IncomingHttpHeaders } from 'node:http'
import { propagation, trace } from '@opentelemetry/api'
import { linkTo } from '@throughline/telemetry'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

const maxBaggageBytes = 8_192
const maxBaggageMembers = 64
const maxTracestateBytes = 512
const maxTracestateMembers = 32

declare module 'fastify' {
  interface FastifyRequest {
    /** The trace context that a stranger sent. */
    strangersTraceparent: string | undefined
  }
}

/** Has to run before the hook that starts the request's span: that one believes the headers it finds. */
export function addTraceAdmission(
  app: FastifyInstance,
  isTrusted: (request: FastifyRequest) => boolean,
): void {
  app.decorateRequest('strangersTraceparent', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    request.strangersTraceparent = admitTraceContext(request.raw.headers, isTrusted(request))
    done()
  })
}

/** Has to run after it: the link needs the span. */
export function addStrangersLink(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const link = linkTo(request.strangersTraceparent)
    if (link !== undefined) trace.getActiveSpan()?.addLink(link)
    done()
  })
}

/** Leaves in `headers` what may be believed; returns what a stranger's said, if it said anything valid. */
export function admitTraceContext(
  headers: IncomingHttpHeaders,
  trusted: boolean,
): string | undefined {
  const traceparent = parseTraceparent(headers.traceparent)
  if (trusted) {
    if (traceparent === undefined) delete headers.traceparent
    if (traceparent === undefined || !isUsableTracestate(headers.tracestate)) {
      delete headers.tracestate
    }
    if (!isUsableBaggage(headers.baggage)) delete headers.baggage
    return undefined
  }
  for (const name of ['traceparent', 'tracestate', 'baggage', ...propagation.fields()]) {
    delete headers[name.toLowerCase()]
  }
  return traceparent && formatTraceparent(traceparent)
}

function isUsableTracestate(header: unknown): boolean {
  return isBoundedList(header, maxTracestateBytes, maxTracestateMembers)
}

function isUsableBaggage(header: unknown): boolean {
  return isBoundedList(header, maxBaggageBytes, maxBaggageMembers)
}

function isBoundedList(header: unknown, maxBytes: number, maxMembers: number): boolean {
  return (
    typeof header === 'string' &&
    header.length <= maxBytes &&
    // Both specifications allow visible ASCII only, so that characters are bytes.
    /^[\t\x20-\x7e]*$/.test(header) &&
    header.split(',').length <= maxMembers
  )
}
