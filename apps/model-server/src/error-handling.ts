// Every way in which a request can fail ends here, in one shape: in a route, before one is found, or before there even is
// a request.

import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type {
  ConnectionError,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import { ModelServerError, refusalOf } from './errors.ts'
import { requestIdHeader, requestIdOf } from './request-id.ts'

export function addErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler(sendRefusal)
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1)
    const url = path.startsWith(modelsPath) ? `${modelsPath}*` : path
    const allowed = ['GET', 'POST'].filter((method) => app.hasRoute({ method, url }))
    if (allowed.length === 0)
      throw new ModelServerError('not_found', 'There is nothing on this path')
    reply.header('allow', allowed.join(', '))
    throw new ModelServerError('method_not_allowed', `This path takes ${allowed.join(', ')} only`)
  })
}

/** What follows may be any name. */
const modelsPath = '/v1/models/'

export function sendRefusal(err: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, headers, log } = refusalOf(err)
  if (log !== undefined) request.log[log]({ err }, 'request failed')
  // A path that cannot be read is refused before any hook has run.
  reply.code(status).header(requestIdHeader, request.id).headers(headers).send(body)
}

/** What is no HTTP, too large for a header or never complete: there is no request to reply to, only a socket. */
export function refuseBrokenRequest({ code }: ConnectionError, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return
  if (hasBegunResponse(socket)) {
    socket.destroy()
    return
  }
  const { status, body } = refusalOf(brokenRequestError(code))
  const text = JSON.stringify(body)
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    `${requestIdHeader}: ${requestIdOf({ headers: {} })}`,
    'connection: close',
  ]
  if (socket.writable) socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`)
  socket.destroySoon()
}

/** Another one would be read as its continuation. Only so does Node itself know. */
function hasBegunResponse(socket: Socket & { _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent ?? false
}

function brokenRequestError(code: string): ModelServerError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ModelServerError('headers_too_large', 'The headers are too large')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ModelServerError('request_timeout', 'The request was not complete in time')
    default:
      return new ModelServerError('invalid_request', 'This is not HTTP')
  }
}
