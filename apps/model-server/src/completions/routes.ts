import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Metrics } from '../metrics.ts'
import { askModel } from '../models/ask-model.ts'
import type { Models } from '../models/models.ts'
import { type Answer, sendStream, sendWhole } from './answer.ts'
import { callerOf } from './caller.ts'
import { parseChatRequest } from './chat-request.ts'
import { complete } from './complete.ts'
import { describeRequest } from './describe-completion.ts'
import type { CompletionRequest } from './request.ts'
import { requestSignal } from './request-signal.ts'
import { parseTextRequest } from './text-request.ts'

export interface CompletionRoutesOptions {
  readonly models: Models
  readonly metrics: Metrics
  readonly timeoutMs: number
  /** Aborted when the server has waited long enough for its last answers. */
  readonly stopping: AbortSignal
}

export const completionRoutes: FastifyPluginCallback<CompletionRoutesOptions> = (
  app,
  { models, metrics, timeoutMs, stopping },
  done,
) => {
  const respond = async (
    wanted: CompletionRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    const startedAt = performance.now()
    const signal = requestSignal(reply, timeoutMs, stopping)
    const caller = callerOf(request.body)
    const onQueued = (position: number) => {
      reply.header('x-throughline-queue-position', position)
    }
    const answer: Answer = {
      wanted,
      log: request.log,
      run: (observer) =>
        askModel(
          { ...wanted, signal, startedAt, attributes: describeRequest(wanted) },
          { models, metrics },
          (model) =>
            complete(wanted, model, caller, { signal, startedAt, onQueued, ...observer }, metrics),
        ),
    }
    return wanted.stream ? sendStream(answer, reply) : sendWhole(answer)
  }

  app.post('/v1/chat/completions', (request, reply) =>
    respond(parseChatRequest(request.body), request, reply),
  )
  app.post('/v1/completions', (request, reply) =>
    respond(parseTextRequest(request.body), request, reply),
  )
  done()
}
