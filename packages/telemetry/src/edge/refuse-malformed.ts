// Answers bytes that are not HTTP, of which no request is made. There is a socket and nothing else: neither hooks nor
// a response, and perhaps an answer under way that must not be written into.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { SpanKind } from '@opentelemetry/api'
import { ATTR_HTTP_RESPONSE_STATUS_CODE } from '@opentelemetry/semantic-conventions'
import { withSpan } from '../with-span.ts'
import { isAnswering } from './responses-under-way.ts'
import { activeTraceResponse } from './trace-response.ts'

export interface MalformedAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What an app says, and what it logs. */
export interface MalformedRequests {
  /** Called within the span of the refusal. `reason` is a code of Node's, such as `HPE_INVALID_METHOD`. */
  answer(status: number, reason: string): MalformedAnswer
  /** The connection was closed without a word, as an answer was under way. */
  cutOff?(reason: string): void
}

/** Long enough to read a refusal; nobody can keep the connection by never closing their end of it. */
const lingerMs = 1_000

const statusOf: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

export function refuseMalformed({ answer, cutOff }: MalformedRequests) {
  return ({ code = '' }: { code?: string }, socket: Socket): void => {
    // Browsers and load balancers open connections that they never use: not a request, not an event.
    const unused = socket.bytesRead === 0
    if (unused || code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    if (isAnswering(socket)) {
      socket.destroy()
      cutOff?.(code)
      return
    }
    const status = statusOf[code] ?? 400
    const attributes = { [ATTR_HTTP_RESPONSE_STATUS_CODE]: status }
    // Semantic conventions name a server span `HTTP` when it has no method either.
    const refuse = () => sendAndClose(socket, status, answer(status, code))
    void withSpan('HTTP', attributes, refuse, { kind: SpanKind.SERVER })
  }
}

/** As Fastify's own, which says the same in JSON. */
export const plainAnswers: MalformedRequests = {
  answer(statusCode) {
    const error = STATUS_CODES[statusCode]
    return {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error, message: 'Client Error', statusCode }),
    }
  },
}

function sendAndClose(socket: Socket, status: number, { headers, body }: MalformedAnswer): void {
  const traceresponse = activeTraceResponse()
  const head = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...(traceresponse !== undefined && { traceresponse }),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`)
  setTimeout(() => socket.destroy(), lingerMs).unref()
}
