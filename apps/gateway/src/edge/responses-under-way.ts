// What is being answered on a connection: words of ours in between would become part of that answer.
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Requests of one connection are answered in order, so that its last response is the last to end. */
const lastResponses = new WeakMap<Socket, ServerResponse>()

export function trackResponses(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    lastResponses.set(request.raw.socket, reply.raw)
    done()
  })
}

/** Whether a response has begun, or is owed to a request that came whole, on this connection. */
export function isAnswering(socket: Socket): boolean {
  const response = lastResponses.get(socket)
  if (response === undefined) return false
  return response.req.complete ? !response.writableFinished : response.headersSent
}
