// How the API and the page answer: JSON, problems, and the headers that keep hostile content harmless.
import type { ServerResponse } from 'node:http'

/** Any error that goes back to whoever asked. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  send(response, status, 'application/json', JSON.stringify(body))
}

export function sendProblem(response: ServerResponse, { status, message }: Problem): void {
  send(response, status, 'application/problem+json', JSON.stringify({ status, detail: message }))
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Attributes come from anywhere: nothing but our own files may run or load, whatever a page shows. */
export function setSafetyHeaders(response: ServerResponse): void {
  response.setHeader(
    'content-security-policy',
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  )
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cache-control', 'no-store')
}
