// A model server as the orchestrator sees it: OpenAI's streaming HTTP, with the failures that the real one may have.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface ModelRequest {
  readonly model: string
  readonly max_tokens: number
  readonly messages: readonly { readonly content: string }[]
  readonly response_format: {
    readonly json_schema: {
      readonly name: string
      readonly schema: { readonly properties: Record<string, { readonly enum?: string[] }> }
    }
  }
}

export interface ReceivedRequest {
  readonly node: string
  readonly body: ModelRequest
  readonly headers: IncomingHttpHeaders
}

/** Writes the whole response. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => unknown

export interface ModelPeer extends AsyncDisposable {
  readonly url: string
  readonly requests: ReceivedRequest[]
  behaviour: Behaviour
}

export async function startModelPeer(): Promise<ModelPeer> {
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as ModelRequest
    const node = body.response_format.json_schema.name
    const received = { node, body, headers: request.headers }
    peer.requests.push(received)
    await peer.behaviour(response, received)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const peer: ModelPeer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    behaviour: answerEverything,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return peer
}

export const answerEverything: Behaviour = (response, { node, body }) => {
  const { properties } = body.response_format.json_schema.schema
  const answers: Record<string, unknown> = {
    analyse: { leverage: 'fair' },
    propose: { price: '00396', tone: 'plain' },
    decide: { action: properties.action?.enum?.[0], message: 'Would you take {price} for {item}?' },
  }
  answer(JSON.stringify(answers[node]))(response)
}

/** A complete, well-formed answer of this text, a few characters a chunk. */
export function answer(text: string, finishReason = 'stop') {
  return (response: ServerResponse): void => {
    openStream(response)
    for (const piece of text.match(/.{1,8}/gsu) ?? []) sendChunk(response, { content: piece })
    sendChunk(response, {}, finishReason)
    const usage = { prompt_tokens: 20, completion_tokens: 9, total_tokens: 29 }
    send(response, { ...envelope, choices: [], usage })
    response.end('data: [DONE]\n\n')
  }
}

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
}

export function sendChunk(
  response: ServerResponse,
  delta: object,
  finishReason: string | null = null,
): void {
  send(response, { ...envelope, choices: [{ index: 0, delta, finish_reason: finishReason }] })
}

export function fail(status: number): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: 'inner details', type: 'server_error' } }))
  }
}

const envelope = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'tiny' }

function send(response: ServerResponse, data: object): void {
  response.write(`data: ${JSON.stringify(data)}\n\n`)
}
