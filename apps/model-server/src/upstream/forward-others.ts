// A hook before the routes of the API: what is not ours to answer is forwarded as it came, and no route sees it.
import type { FastifyInstance } from 'fastify'
import { createEventStream } from '../completions/event-stream.ts'
import { requestSignal } from '../completions/request-signal.ts'
import { operations } from './operations.ts'
import type { Upstream } from './upstream.ts'

export interface ForwardingOptions {
  readonly upstream: Upstream
  readonly isLocal: (model: string) => boolean
  readonly timeoutMs: number
  readonly stopping: AbortSignal
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's text: parsed and written again, large numbers would be others. */
    bodyText: string
  }
}

export function forwardOthers(app: FastifyInstance, options: ForwardingOptions): void {
  const { upstream, isLocal, timeoutMs, stopping } = options
  keepBodyText(app)
  app.addHook('preHandler', async (request, reply) => {
    const operation = operations[request.routeOptions.url ?? '']
    const { model, stream } = (request.body ?? {}) as Record<string, unknown>
    // What is no name of a model is refused by the route, in the same words as ever.
    if (operation === undefined || !isModelName(model) || isLocal(model)) return
    const wantsStream = stream === true && operation.chunk !== undefined
    return upstream.forward(
      {
        operation,
        model,
        body: request.bodyText,
        ...(wantsStream && { stream: createEventStream(reply) }),
        signal: requestSignal(reply, timeoutMs, stopping),
        deadline: performance.now() + timeoutMs,
        reply,
      },
      request.headers.via,
    )
  })
}

function keepBodyText(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.decorateRequest('bodyText', '')
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, text, done) => {
      request.bodyText = text
      parse(request, text, done)
    },
  )
}

function isModelName(model: unknown): model is string {
  return typeof model === 'string' && model.length > 0 && model.length <= 256
}
