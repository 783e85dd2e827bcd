// Takes OTLP over HTTP, as JSON or protobuf, packed by gzip or not, and hands each request to a function.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Otlp } from './otlp.ts'
import { otlpMessages } from './otlp-messages.ts'
import { readProtobuf } from './read-protobuf.ts'

export interface OtlpRequest {
  readonly path: string
  readonly contentType: string
  /** Unpacked. */
  readonly body: Buffer
}

/** The sender gets 200 when it returns, and 400 with the message of what it throws. */
export type TakeOtlp = (request: OtlpRequest) => void | Promise<void>

export interface OtlpServerOptions {
  readonly host?: string
  /** A free one unless given. */
  readonly port?: number
  readonly onRefusal?: (reason: string) => void
}

export interface OtlpServer {
  readonly url: string
  stop(): Promise<void>
}

const unpack = promisify(gunzip)
const mostBytes = 64 * 1024 * 1024

export async function startOtlpServer(
  take: TakeOtlp,
  { host = '127.0.0.1', port = 0, onRefusal }: OtlpServerOptions = {},
): Promise<OtlpServer> {
  const server = createServer((request, response) => {
    answer(take, request, response).catch((err: unknown) => {
      // A sender that is killed within its request is gone: nobody reads the answer.
      if (err !== null && err === request.errored) return
      const reason = err instanceof Error ? err.message : String(err)
      onRefusal?.(`${request.method} ${request.url}: ${reason}`)
      response.writeHead(400).end(reason)
    })
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async stop() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** What was sent, in its JSON form; what cannot be read is an error that says why. */
export function decodeOtlp({ path, contentType, body }: OtlpRequest): Otlp {
  if (contentType === json) return JSON.parse(body.toString('utf8')) as Otlp
  if (contentType !== protobuf) throw new Error(`${contentType} is neither JSON nor protobuf`)
  const signal = Object.keys(otlpMessages).find((name) => path === `/v1/${name}`)
  if (signal === undefined) throw new Error('send to /v1/traces, /v1/metrics or /v1/logs')
  return readProtobuf(body, otlpMessages[signal as keyof typeof otlpMessages]) as Otlp
}

const json = 'application/json'
const protobuf = 'application/x-protobuf'

async function answer(
  take: TakeOtlp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const contentType = request.headers['content-type']?.split(';')[0]?.trim() ?? 'no content type'
  await take({ path: request.url ?? '', contentType, body: await readBody(request) })
  response.setHeader('content-type', contentType).end(contentType === json ? '{}' : '')
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let byteCount = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    byteCount += chunk.length
    if (byteCount > mostBytes) throw new Error(`the body is larger than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return body
  if (encoding === 'gzip') return unpack(body, { maxOutputLength: mostBytes })
  throw new Error(`${encoding} is not undone here; gzip is`)
}
