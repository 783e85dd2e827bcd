// Requests that never reach a hook: bytes that are not HTTP, and paths that cannot be decoded. They get the
// same problems as all others, each within the span that it gets at the edge.
import type { Socket } from 'node:net'
import { activeTraceId, activeTraceResponse, withMalformedSpan } from '@throughline/telemetry/edge'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { problemOf, type Refusal } from '../errors.ts'
import { isAnswering } from './responses-under-way.ts'
import { safeHeaders } from './safe-headers.ts'
import { problemType, sendProblem } from './send-problem.ts'

export function refuseUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(safeHeaders)
  sendProblem(error, request, reply)
  const { method } = request
  request.log.info({ method, status: reply.statusCode }, 'request completed')
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
    const { status } = refusal
    withMalformedSpan(status, () => {
      const problem = problemOf(refusal, activeTraceId())
      socket.end(rawResponse(problem.title, status, JSON.stringify(problem)))
      logger.info({ status, reason: error.code }, 'malformed request refused')
    })
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
