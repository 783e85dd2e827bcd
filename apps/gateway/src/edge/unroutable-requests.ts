// Requests that never reach a hook: bytes that are not HTTP, and paths that cannot be decoded. They get the
// same problems as all others, each within the span that it gets at the edge.
import { activeTraceId, type MalformedRequests } from '@throughline/telemetry/edge'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { problemOf } from '../errors.ts'
import { safeHeaders } from './safe-headers.ts'
import { problemType, sendProblem } from './send-problem.ts'

export function refuseUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(safeHeaders)
  sendProblem(error, request, reply)
  const { method } = request
  request.log.info({ method, status: reply.statusCode }, 'request completed')
}

export function answerMalformed(logger: Logger): MalformedRequests {
  return {
    answer(status, reason) {
      logger.info({ status, reason }, 'malformed request refused')
      const detail = details[status] ?? 'This is not HTTP/1.1'
      return {
        headers: { 'content-type': problemType, ...safeHeaders },
        body: JSON.stringify(problemOf({ status, detail }, activeTraceId())),
      }
    },
    cutOff(reason) {
      logger.info({ reason }, 'malformed request cut off')
    },
  }
}

const details: Readonly<Record<number, string>> = {
  408: 'The request took too long to arrive',
  431: 'The headers are too large',
}
