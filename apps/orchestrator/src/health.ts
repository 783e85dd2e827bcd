// Answers whether the process is alive and whether it can work. Plain node:http: nothing here is worth a span.
import { createServer, type Server } from 'node:http'

/** Each answers whether one thing the worker needs is usable. */
export type Checks = Readonly<Record<string, () => boolean | Promise<boolean>>>

export function buildHealthServer(checks: Checks): Server {
  const server = createServer(async (request, response) => {
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(`${JSON.stringify(body)}\n`)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, { status: 'error' })
    switch (request.url) {
      case '/healthz':
        return send(200, { status: 'ok' })
      case '/readyz': {
        const results = await runChecks(checks)
        const ready = Object.values(results).every(Boolean)
        return send(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks: results })
      }
      default:
        return send(404, { status: 'error' })
    }
  })
  server.requestTimeout = 5_000
  server.headersTimeout = 5_000
  server.maxConnections = 64
  return server
}

async function runChecks(checks: Checks): Promise<Record<string, boolean>> {
  const results = Object.entries(checks).map(async ([name, check]) => {
    try {
      return [name, await check()] as const
    } catch {
      return [name, false] as const
    }
  })
  return Object.fromEntries(await Promise.all(results))
}
