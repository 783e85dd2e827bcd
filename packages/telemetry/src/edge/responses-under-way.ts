// What is being answered on a connection: words of ours in between would become part of that answer. Told by Node, as
// the hooks of an app come later, and not for every request.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface Exchange {
  readonly socket: Socket
  readonly response: ServerResponse
}

const channels = {
  'http.server.request.start': remember,
  'http.server.response.finish': forget,
}

/** Several where a client sends its next request before it has the answer to the last. */
const responsesOf = new WeakMap<Socket, readonly ServerResponse[]>()

/** As often as one likes: the listeners are the same. */
export function trackResponses(): void {
  for (const [channel, listener] of Object.entries(channels)) {
    unsubscribe(channel, listener)
    subscribe(channel, listener)
  }
}

/** Whether a response has begun, or is owed to a request that came whole, on this connection. */
export function isAnswering(socket: Socket): boolean {
  return responsesOf.get(socket)?.some(isUnderWay) ?? false
}

function remember(message: unknown): void {
  const { socket, response } = message as Exchange
  const unfinished = responsesOf.get(socket)?.filter(({ writableFinished }) => !writableFinished)
  responsesOf.set(socket, [...(unfinished ?? []), response])
}

/** A connection may be kept for long, and with a response its request and its span. */
function forget(message: unknown): void {
  const { socket, response } = message as Exchange
  // What comes of its body yet must not be answered a second time.
  if (!response.req.complete) return
  const others = responsesOf.get(socket)?.filter((other) => other !== response)
  responsesOf.set(socket, others ?? [])
}

function isUnderWay(response: ServerResponse): boolean {
  return response.req.complete ? !response.writableFinished : response.headersSent
}
