// A provider of the API that does as it is told: real HTTP, and everything that can be wrong with it.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Resolves when its connection is done with it. */
  readonly left: Promise<unknown>
}

/** Writes the response, or leaves it. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => unknown

export interface FaultyProvider extends AsyncDisposable {
  /** As a client of the API has it. */
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** Those for its models, which come when they like. */
  readonly lists: readonly ReceivedRequest[]
  /** Says what it has. */
  readonly list: (behaviour: Behaviour) => void
  /** For the next requests, one each; the last one stays. */
  readonly behave: (...behaviours: Behaviour[]) => void
  /** Resolves when so many requests have come. */
  readonly received: (count: number) => Promise<void>
}

export async function startFaultyProvider(): Promise<FaultyProvider> {
  const requests: ReceivedRequest[] = []
  const lists: ReceivedRequest[] = []
  let list: Behaviour = (response) => sendJson(response, 200, modelList)
  let behaviours: Behaviour[] = [answer('hello')]
  const server = createServer(async (request, response) => {
    const { url: path = '', headers } = request
    const left = once(response, 'close')
    const received = { path, headers, left, body: await text(request) }
    if (path.endsWith('/models')) {
      lists.push(received)
      return list(response, received)
    }
    requests.push(received)
    server.emit('received')
    const behave = behaviours.length > 1 ? behaviours.shift() : behaviours[0]
    await behave?.(response, received)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // As a proxy it leads to itself, whoever is asked for.
  server.on('connect', (_request, socket) => {
    const tunnel = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    tunnel.pipe(socket).pipe(tunnel)
    socket.on('close', () => tunnel.destroy()).on('error', () => tunnel.destroy())
    tunnel.on('error', () => socket.destroy())
  })
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    lists,
    list: (behaviour) => {
      list = behaviour
    },
    behave: (...next) => {
      behaviours = next
    },
    received: async (count) => {
      while (requests.length < count) await once(server, 'received')
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'far-2026' }
export const usage = { prompt_tokens: 20, completion_tokens: 9, total_tokens: 29 }

export function chunk(content: string, finishReason: string | null = null): string {
  const delta = content === '' ? {} : { content }
  return event({ ...head, choices: [{ index: 0, delta, finish_reason: finishReason }] })
}

export const roleChunk = event({
  ...head,
  choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
})
export const usageChunk = event({ ...head, choices: [], usage })
export const done = 'data: [DONE]\n\n'

export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

export function openStream(response: ServerResponse, type = 'text/event-stream'): void {
  response.writeHead(200, { 'content-type': type }).flushHeaders()
}

/** What was asked for: one piece, or a stream of pieces of a few characters. */
export function answer(content: string): Behaviour {
  return (response, { body }) => {
    if (!JSON.parse(body).stream) return sendJson(response, 200, completion(content))
    openStream(response)
    const pieces = content.match(/.{1,3}/gsu) ?? []
    response.end(
      [roleChunk, ...pieces.map((p) => chunk(p)), chunk('', 'stop'), usageChunk, done].join(''),
    )
  }
}

export function completion(content: string): object {
  const message = { role: 'assistant', content, refusal: null }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
  return { ...head, object: 'chat.completion', choices, usage }
}

/** The beginning of an answer, and then nothing more. */
export function begin(...events: string[]): Behaviour {
  return (response) => {
    openStream(response)
    response.write(events.join(''))
  }
}

/** The beginning of an answer, and then the connection is gone. */
export function breakOff(...events: string[]): Behaviour {
  return (response) => {
    openStream(response)
    response.write(events.join(''), () => response.destroy())
  }
}

/** All of these bytes, as this type. */
export function send(
  body: string | Uint8Array,
  type = 'text/event-stream',
  status = 200,
): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': type }).end(body)
  }
}

export function refuse(
  status: number,
  headers: Record<string, string> = {},
  message = 'in the words of the provider',
): Behaviour {
  const error = { message, type: 'some_error', param: null, code: 'some_code' }
  return (response) => sendJson(response, status, { error }, headers)
}

export const hangUp: Behaviour = (response) => response.socket?.resetAndDestroy()
export const sayNothing: Behaviour = () => {}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

const modelList = {
  object: 'list',
  data: [{ id: 'far', object: 'model', created: 1, owned_by: 'far away' }],
}
