// The one way an error leaves: logged as much as it deserves, answered as problem+json.
import { activeTraceId } from '@throughline/telemetry/edge'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problemOf, refusalOf } from '../errors.ts'

export const problemType = 'application/problem+json'

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusalOf(error)
  if (refusal.log === 'error') request.log.error({ err: error }, 'request failed')
  if (refusal.log === 'warn') request.log.warn({ err: error }, 'core did not serve a request')
  reply
    .code(refusal.status)
    .headers(refusal.headers ?? {})
    .type(problemType)
    .send(problemOf(refusal, activeTraceId()))
}
