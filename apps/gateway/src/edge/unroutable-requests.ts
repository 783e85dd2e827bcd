// Requests that never reach a hook: bytes that are not HTTP, and paths that cannot be decoded. They get the
// same problems as all others, and a short span of their own to be found by.
import type { Socket } from 'node:net'
import { SpanKind } from '@opentelemetry/api'
import { withSpan } from '@throughline/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { problemOf, type Refusal } from '../errors.ts'
import { isAnswering } from './responses-under-way.ts'
import { safeHeaders } from './safe-headers.ts'
import { problemType, sendProblem } from './send-problem.ts'
import { activeTraceId, activeTraceResponse } from './trace-response.ts'

/** Semantic conventions name a server span by its method alone when there is no route, `HTTP` without either. */
const server = { kind: SpanKind.SERVER }

export function refuseUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { method } = request
  void withSpan(
    method,
    { 'http.request.method': method },
    (span) => {
      const traceresponse = activeTraceResponse()
      if (traceresponse !== undefined) reply.header('traceresponse', traceresponse)
      reply.headers(safeHeaders)
      sendProblem(error, request, reply)
      span.setAttribute('http.response.status_code', reply.statusCode)
      request.log.info({ method, status: reply.statusCode }, 'request completed')
    },
    server,
  )
}

export function refuseMalformed(logger: Logger) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    // Browsers and load balancers open connections that they never use: not a request, not an event.
    const unused = socket.bytesRead === 0
    if (unused || error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    if (isAnswering(socket)) {
      socket.destroy()
      logger.info({ reason: error.code }, 'malformed request cut off')
      return
    }
    const refusal = refusalOfParser(error.code)
    void withSpan(
      'HTTP',
      { 'http.response.status_code': refusal.status },
      () => {
        const { status } = refusal
        const problem = problemOf(refusal, activeTraceId())
        socket.end(rawResponse(problem.title, status, JSON.stringify(problem)))
        logger.info({ status, reason: error.code }, 'malformed request refused')
      },
      server,
    )
  }
}

function refusalOfParser(code: string | undefined): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, detail: 'The request took too long to arrive' }
  }
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, detail: 'The headers are too large' }
  return { status: 400, detail: 'This is not HTTP/1.1' }
}

function rawResponse(title: string, status: number, body: string): string {
  const traceresponse = activeTraceResponse()
  const headers = [
    `HTTP/1.1 ${status} ${title}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(safeHeaders).map(([name, value]) => `${name}: ${value}`),
    ...(traceresponse === undefined ? [] : [`traceresponse: ${traceresponse}`]),
  ]
  return `${headers.join('\r\n')}\r\n\r\n${body}`
}
