import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { refusalOf } from '../errors.ts'
import type { Metrics } from '../metrics.ts'
import type { Models } from '../models/models.ts'
import type { ServedModel } from '../models/served-model.ts'
import { callerOf } from './caller.ts'
import { type Completion, type CompletionObserver, complete } from './complete.ts'
import { createEventStream } from './event-stream.ts'
import { type CompletionRequest, parseCompletionRequest } from './request.ts'
import { requestSignal } from './request-signal.ts'
import { createResponseWriter } from './response.ts'

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
  app.post('/v1/chat/completions', async (request, reply) => {
    const startedAt = performance.now()
    const wanted = parseCompletionRequest(request.body)
    const signal = requestSignal(reply, timeoutMs, stopping)
    const model = await models.get(wanted.model, signal)
    const caller = callerOf(request.body)
    const onQueued = (position: number) => {
      reply.header('x-throughline-queue-position', position)
    }
    const run: Run = (observer) =>
      complete(wanted, model, caller, { signal, startedAt, onQueued, ...observer }, metrics)
    return wanted.stream
      ? sendStream(wanted, model, run, request, reply)
      : sendWhole(model, run, request)
  })
  done()
}

type Run = (observer: Omit<CompletionObserver, 'signal' | 'startedAt'>) => Promise<Completion>

async function sendWhole(model: ServedModel, run: Run, request: FastifyRequest): Promise<object> {
  const writer = createResponseWriter(model.name, false)
  let content = ''
  const completion = await run({
    onText: (text) => {
      content += text
    },
  })
  logCompletion(request, model, completion)
  return writer.completion(content, completion.finishReason, completion)
}

async function sendStream(
  wanted: CompletionRequest,
  model: ServedModel,
  run: Run,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const writer = createResponseWriter(model.name, wanted.includeUsage)
  const stream = createEventStream(reply)
  try {
    const completion = await run({
      onStart: () => {
        stream.open()
        stream.send(writer.chunk({ role: 'assistant', content: '' }))
      },
      onText: (text) => stream.send(writer.chunk({ content: text })),
    })
    logCompletion(request, model, completion)
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
function logCompletion(
  request: FastifyRequest,
  { name }: ServedModel,
  completion: Completion,
): void {
  const { finishReason, inputTokens, outputTokens, queueMs, prefillMs, decodeMs } = completion
  request.log.info(
    {
      model: name,
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
