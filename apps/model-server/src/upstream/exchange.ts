// One attempt: the request to the provider and, unless it fails, the answer to our caller.
import type { FastifyReply } from 'fastify'
import type { EventStream } from '../completions/event-stream.ts'
import type { AnswerFacts } from './answer-facts.ts'
import type { Operation } from './operations.ts'
import { createPatience } from './patience.ts'
import type { Provider } from './provider.ts'
import { readRefusal } from './provider-refusal.ts'
import { readWhole } from './read-whole.ts'
import { relayStream } from './relay-stream.ts'

export interface ForwardedRequest {
  readonly operation: Operation
  readonly model: string
  /** As it came: with fields that are not known here. */
  readonly body: string
  /** Where the answer goes, if it is wanted as it is written. */
  readonly stream?: EventStream
  readonly via: string
  readonly signal: AbortSignal
  /** Of the same time as the signal's, by `performance.now()`. */
  readonly deadline: number
  readonly reply: FastifyReply
}

export interface ExchangeLimits {
  /** To the first token of a stream. A whole answer has the time of its request. */
  readonly firstTokenMs: number
  readonly betweenTokensMs: number
}

/** Fails with a `ProviderRefusal` when that is the answer. */
export async function exchange(
  request: ForwardedRequest,
  provider: Provider,
  { firstTokenMs, betweenTokensMs }: ExchangeLimits,
  onFirstToken: () => void,
): Promise<AnswerFacts> {
  const { operation, body, stream, via, signal, reply } = request
  const patience = createPatience(signal)
  try {
    if (stream !== undefined) patience.expect('token', firstTokenMs)
    const response = await provider.send({ path: operation.path, body, via }, patience.signal)
    if (response.status !== 200) {
      patience.expect('more', betweenTokensMs)
      throw await readRefusal(response)
    }
    const waiting = { patience, betweenTokensMs }
    if (stream !== undefined && operation.chunk !== undefined) {
      const options = { ...waiting, shape: operation.chunk, stream, signal, onFirstToken }
      return await relayStream(response, options)
    }
    const { text, facts } = await readWhole(response, { ...waiting, shape: operation.answer })
    reply.type('application/json; charset=utf-8').send(text)
    return facts
  } finally {
    patience.end()
  }
}
