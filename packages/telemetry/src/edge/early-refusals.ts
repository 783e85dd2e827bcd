// What Fastify refuses before any hook has run: paths that cannot be decoded, and bytes that are not HTTP. Nobody is
// trusted by then. Their handlers are options of Fastify's constructor, so a plugin cannot bring them along.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { context, SpanKind } from '@opentelemetry/api'
import { ATTR_HTTP_RESPONSE_STATUS_CODE } from '@opentelemetry/semantic-conventions'
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import { createRequestDuration, traceRequest } from '../request-span.ts'
import { withSpan } from '../with-span.ts'
import { admitTraceContext } from './admission.ts'
import { activeTraceResponse, sendTraceResponse } from './trace-response.ts'

type Refuse = (error: Error, request: FastifyRequest, reply: FastifyReply) => void
type EdgeServerOptions = Pick<
  FastifyServerOptions,
  'clientErrorHandler' | 'frameworkErrors' | 'return503OnClosing'
>

/** For `Fastify({ ...edgeServerOptions() })`: with them every answer is traced and says so in `traceresponse`. */
export function edgeServerOptions(refuse: Refuse = sendError): EdgeServerOptions {
  const duration = createRequestDuration()
  return {
    frameworkErrors(error, request, reply) {
      const link = admitTraceContext(request.raw.headers, false)
      context.with(traceRequest(request, reply, duration, link), () => {
        sendTraceResponse(reply.raw)
        refuse(error, request, reply)
      })
    },
    clientErrorHandler: refuseMalformed,
    // Fastify's own 503 passes every hook by. A request that comes while we drain is served.
    return503OnClosing: false,
  }
}

/** Runs `answer` in a short span. Semantic conventions name a server span `HTTP` when it has no method either. */
export function withMalformedSpan(status: number, answer: () => void): void {
  const attributes = { [ATTR_HTTP_RESPONSE_STATUS_CODE]: status }
  void withSpan('HTTP', attributes, answer, { kind: SpanKind.SERVER })
}

function sendError(error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  reply.send(error)
}

const statusOf: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

/** As Fastify's own, which says the same in JSON. */
function refuseMalformed({ code = '' }: { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const statusCode = statusOf[code] ?? 400
  withMalformedSpan(statusCode, () => {
    const error = STATUS_CODES[statusCode]
    const body = JSON.stringify({ error, message: 'Client Error', statusCode })
    const traceresponse = activeTraceResponse()
    const head = [
      `HTTP/1.1 ${statusCode} ${error}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      ...(traceresponse === undefined ? [] : [`traceresponse: ${traceresponse}`]),
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}
