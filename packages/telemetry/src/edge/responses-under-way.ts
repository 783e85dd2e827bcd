// What is being answered on a connection: words of ours in between would become part of that answer. Told by Node, as
// the hooks of an app come later, and not for every request.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface RequestStart {
  readonly socket: Socket
  readonly response: ServerResponse
}

const channel = 'http.server.request.start'

/** Several where a client sends its next request before it has the answer to the last. */
const responsesOf = new WeakMap<Socket, readonly ServerResponse[]>()

/** As often as one likes: the listener is the same. */
export function trackResponses(): void {
  unsubscribe(channel, remember)
  subscribe(channel, remember)
}

/** Whether a response has begun, or is owed to a request that came whole, on this connection. */
export function isAnswering(socket: Socket): boolean {
  return responsesOf.get(socket)?.some(isUnderWay) ?? false
}

function remember(message: unknown): void {
  const { socket, response } = message as RequestStart
  const unfinished = responsesOf.get(socket)?.filter(({ writableFinished }) => !writableFinished)
  responsesOf.set(socket, [...(unfinished ?? []), response])
}

function isUnderWay(response: ServerResponse): boolean {
  return response.req.complete ? !response.writableFinished : response.headersSent
}
