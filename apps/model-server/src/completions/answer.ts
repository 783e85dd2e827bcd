// How an answer reaches its caller: as one body, or piece by piece.
import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { cutShort } from '../cut-short.ts'
import type { Completion, CompletionObserver } from './complete.ts'
import { describeAnswer } from './describe-completion.ts'
import { createEventStream } from './event-stream.ts'
import { joinTexts } from './join-texts.ts'
import type { CompletionRequest } from './request.ts'
import { createResponseWriter } from './response.ts'

export interface Answer {
  readonly wanted: CompletionRequest
  readonly log: FastifyBaseLogger
  readonly run: (observer: Pick<CompletionObserver, 'onStart' | 'onText'>) => Promise<Completion>
}

export async function sendWhole(answer: Answer): Promise<object> {
  const writer = createResponseWriter(answer.wanted)
  let text = ''
  const completion = await answer.run({
    onText: (piece) => {
      text += piece
    },
  })
  describeAnswer(writer.id)
  logCompletion(answer, completion)
  return writer.whole(text, completion.finishReason, completion)
}

export async function sendStream(answer: Answer, reply: FastifyReply): Promise<FastifyReply> {
  const writer = createResponseWriter(answer.wanted)
  const stream = createEventStream(reply)
  const texts = joinTexts((text) => stream.send(writer.part(text)), stream.whenWritable)
  try {
    const completion = await answer.run({
      onStart: () => {
        stream.open()
        describeAnswer(writer.id)
        if (writer.opening !== undefined) stream.send(writer.opening)
      },
      onText: texts.add,
    })
    logCompletion(answer, completion)
    texts.flush()
    stream.send(writer.last(completion.finishReason))
    if (answer.wanted.includeUsage) stream.send(writer.usage(completion))
    stream.done()
  } catch (err) {
    if (!stream.isOpen()) throw err
    texts.flush()
    stream.send(cutShort(err, answer.log))
  } finally {
    stream.end()
  }
  return reply
}

/** Never the prompt, never the answer. */
function logCompletion({ wanted, log }: Answer, completion: Completion): void {
  const { finishReason, inputTokens, outputTokens, queueMs, prefillMs, decodeMs } = completion
  log.info(
    {
      model: wanted.model,
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
