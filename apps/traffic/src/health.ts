// Answers whether the process is alive. Plain node:http: nothing here is worth a span.
import { createServer, type Server } from 'node:http'

export function buildHealthServer(): Server {
  const server = createServer((request, response) => {
    const isKnown = request.method === 'GET' && request.url === '/healthz'
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ status: isKnown ? 'ok' : 'error' })}\n`)
  })
  server.requestTimeout = 5_000
  server.headersTimeout = 5_000
  server.maxConnections = 64
  return server
}
