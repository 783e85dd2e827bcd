// One HTTP request to the provider, and nothing more: no redirect is followed, so the key goes to this origin alone.
import type { IncomingHttpHeaders } from 'node:http'
import { EnvHttpProxyAgent } from 'undici'
import { ModelServerError } from '../errors.ts'
import { untilAborted } from '../until-aborted.ts'
import { noteStart } from './note-start.ts'

export interface ProviderOptions {
  /** As clients of OpenAI have it: with the version, without what comes after. */
  readonly url: URL
  readonly apiKey?: string | undefined
  readonly connectTimeoutMs: number
  readonly maxRequests: number
}

export interface ProviderRequest {
  readonly path: string
  /** A POST when there is one. */
  readonly body?: string
  readonly via?: string
}

export interface ProviderResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: AsyncIterable<Buffer>
}

export interface Provider {
  /**
   * Fails with `upstream_unreachable` when the provider cannot have seen a byte of the request, with `upstream_failed`
   * when it may have worked on it, and with the signal's reason.
   */
  readonly send: (request: ProviderRequest, signal: AbortSignal) => Promise<ProviderResponse>
  readonly close: () => Promise<void>
}

export function createProvider(options: ProviderOptions): Provider {
  const { url, apiKey, connectTimeoutMs, maxRequests } = options
  const basePath = url.pathname.replace(/\/+$/, '')
  const agent = new EnvHttpProxyAgent({
    connectTimeout: connectTimeoutMs,
    // One more, on which its models are listed.
    connections: maxRequests + 1,
    // Through a tunnel also what is not encrypted: else a request counts as one to the proxy, and tells the provider
    // behind it what only the proxy may know, our trace context.
    proxyTunnel: true,
    // Tokens, not bytes, are waited for: a provider that only sends comments is as silent as one that sends nothing.
    headersTimeout: 0,
    bodyTimeout: 0,
    // An answer that nobody wants any more is stopped by closing its connection.
    allowH2: false,
  })
  const headers = {
    accept: 'application/json, text/event-stream',
    'user-agent': 'throughline-model-server',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  }

  return {
    send: async ({ path, body, via }, signal) => {
      signal.throwIfAborted()
      let hasStarted = false
      const noting = noteStart(() => {
        hasStarted = true
      })
      const asked = agent.compose(noting).request({
        origin: url.origin,
        path: `${basePath}${path}`,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...headers,
          ...(via !== undefined && { via }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
        signal,
      })
      // While it connects, undici does not listen to a signal.
      const answered = await untilAborted(asked, signal).catch((cause: unknown) => {
        signal.throwIfAborted()
        throw failureOf(cause, hasStarted)
      })
      const { statusCode, headers: received, body: answer } = answered
      return { status: statusCode, headers: received, body: readable(answer, signal) }
    },
    close: () => agent.destroy(),
  }
}

async function* readable(
  body: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  try {
    yield* body
  } catch (cause) {
    signal.throwIfAborted()
    throw new ModelServerError('upstream_failed', 'The provider broke off its answer', { cause })
  }
}

function failureOf(cause: unknown, hasStarted: boolean): ModelServerError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new ModelServerError('upstream_invalid', 'The provider does not speak HTTP', { cause })
  }
  return hasStarted
    ? new ModelServerError('upstream_failed', 'The provider left without an answer', { cause })
    : new ModelServerError('upstream_unreachable', 'The provider cannot be reached', { cause })
}
