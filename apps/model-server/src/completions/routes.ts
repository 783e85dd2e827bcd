import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { ModelServerError, refusalOf } from '../errors.ts'
import { type Completion, type CompletionContext, complete } from './complete.ts'
import { createEventStream } from './event-stream.ts'
import { type CompletionRequest, parseCompletionRequest } from './request.ts'
import { requestSignal } from './request-signal.ts'
import { createResponseWriter } from './response.ts'

export interface CompletionRoutesOptions {
  readonly context: CompletionContext
  readonly timeoutMs: number
  /** Aborted when the server has waited long enough for its last answers. */
  readonly stopping: AbortSignal
}

export const completionRoutes: FastifyPluginCallback<CompletionRoutesOptions> = (
  app,
  { context, timeoutMs, stopping },
  done,
) => {
  app.post('/v1/chat/completions', async (request, reply) => {
    const wanted = parseCompletionRequest(request.body)
    if (wanted.model !== context.model) {
      throw new ModelServerError('model_not_found', `There is no model '${wanted.model}' here`, {
        param: 'model',
      })
    }
    const signal = requestSignal(reply, timeoutMs, stopping)
    return wanted.stream
      ? sendStream(wanted, context, signal, request, reply)
      : sendWhole(wanted, context, signal, request)
  })
  done()
}

async function sendWhole(
  wanted: CompletionRequest,
  context: CompletionContext,
  signal: AbortSignal,
  request: FastifyRequest,
): Promise<object> {
  const writer = createResponseWriter(context.model, false)
  let content = ''
  const completion = await complete(wanted, context, {
    signal,
    onText: (text) => {
      content += text
    },
  })
  logCompletion(request, context.model, completion)
  return writer.completion(content, completion.finishReason, completion)
}

async function sendStream(
  wanted: CompletionRequest,
  context: CompletionContext,
  signal: AbortSignal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const writer = createResponseWriter(context.model, wanted.includeUsage)
  const stream = createEventStream(reply)
  try {
    const completion = await complete(wanted, context, {
      signal,
      onStart: () => {
        stream.open()
        stream.send(writer.chunk({ role: 'assistant', content: '' }))
      },
      onText: (text) => stream.send(writer.chunk({ content: text })),
    })
    logCompletion(request, context.model, completion)
    stream.send(writer.chunk({}, completion.finishReason))
    if (wanted.includeUsage) stream.send(writer.usageChunk(completion))
    stream.done()
  } catch (err) {
    if (!stream.isOpen()) throw err
    // The status has been sent: the error travels in its place in the stream.
    const { body, log } = refusalOf(err)
    if (log !== undefined) request.log[log]({ err }, 'completion cut short')
    stream.send(body)
  } finally {
    stream.end()
  }
  return reply
}

/** Never the prompt, never the answer. */
function logCompletion(request: FastifyRequest, model: string, completion: Completion): void {
  const { finishReason, inputTokens, outputTokens, queueMs, prefillMs, decodeMs } = completion
  request.log.info(
    {
      model,
      finishReason,
      inputTokens,
      outputTokens,
      queueMs: tenths(queueMs),
      prefillMs: tenths(prefillMs),
      decodeMs: tenths(decodeMs),
    },
    'completion finished',
  )
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
