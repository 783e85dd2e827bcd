// Who may talk to lens. It has no passwords: it listens on loopback and answers only to names of this machine,
// so that neither a foreign page nor a foreign name that resolves to 127.0.0.1 (DNS rebinding) can read traces.
import type { IncomingMessage, ServerResponse } from 'node:http'

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** `allowedHosts`: further names by which this machine may be called. */
export function isAllowedHost(host: string | undefined, allowedHosts: readonly string[]): boolean {
  const name = hostname(`http://${host ?? ''}`)
  return name !== undefined && (loopbackNames.has(name) || allowedHosts.includes(name))
}

/** For the API and the page: no origin at all (a navigation, a program) or their own. */
export function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  return origin === undefined || origin === `http://${host}`
}

/** For OTLP: pages of this machine may send their spans. Says whether the request may go on. */
export function allowLocalOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  if (origin === undefined) return true
  const name = hostname(origin)
  if (name === undefined || !loopbackNames.has(name)) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('vary', 'origin')
  return true
}

export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, content-encoding, traceparent, tracestate',
    'access-control-max-age': '600',
  })
  response.end()
}

function hostname(url: string): string | undefined {
  return URL.parse(url)?.hostname.toLowerCase() || undefined
}
