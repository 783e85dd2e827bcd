// The id by which a caller and our log speak of one request: the caller's own if it sends a plausible one, else ours.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { onRequestHookHandler } from 'fastify'

export const requestIdHeader = 'x-request-id'

/** Also keeps it from breaking a header or a line of a log. */
const plausible = /^[\w.:-]{1,128}$/

export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[requestIdHeader]
  return typeof given === 'string' && plausible.test(given) ? given : `req_${randomUUID()}`
}

export const tellRequestId: onRequestHookHandler = (request, reply, done) => {
  reply.header(requestIdHeader, request.id)
  done()
}
