// Bytes over a real socket, for what no well-behaved client would send.
import { connect } from 'node:net'

export interface RawResponse {
  /** Of the first response; 0 when the connection was closed without one. */
  readonly status: number
  readonly headers: Headers
  readonly body: string
  readonly text: string
  readonly durationMs: number
}

/** Sends, does not hang up, and reads until the other side does. */
export function sendRaw(port: number, ...parts: (string | Uint8Array)[]): Promise<RawResponse> {
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<RawResponse>()
  let text = ''
  const socket = connect(port, '127.0.0.1')
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    text += chunk
  })
  // A peer that refuses half-way resets what we still write; what it said before counts.
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(parse(text, performance.now() - startedAt)))
  for (const part of parts) socket.write(part)
  return promise
}

export function post(path: string, body: string | Uint8Array, headers: string[] = []): Uint8Array {
  const bytes = Buffer.from(body)
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: gateway',
    'Connection: close',
    ...(headers.some((line) => /^(content-type|x-bare):/i.test(line))
      ? []
      : ['Content-Type: application/json']),
    `Content-Length: ${bytes.length}`,
    ...headers.filter((line) => !/^x-bare:/i.test(line)),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])
}

export function get(path: string, headers: string[] = []): string {
  return [`GET ${path} HTTP/1.1`, 'Host: gateway', 'Connection: close', ...headers, '', ''].join(
    '\r\n',
  )
}

function parse(text: string, durationMs: number): RawResponse {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s, 2)
  const [line = '', ...lines] = head.split('\r\n')
  const headers = new Headers(lines.map((one) => one.split(/: (.*)/s, 2) as [string, string]))
  return { status: Number(line.split(' ')[1] ?? 0), headers, body, text, durationMs }
}
