// An answer event by event, as it came. Nothing of it is shown before its first token: until then, a failure has a
// status of its own, whatever the provider may have said about the role or the prompt.
import type { z } from 'zod'
import type { EventStream } from '../completions/event-stream.ts'
import { ModelServerError } from '../errors.ts'
import { type AnswerFacts, addFacts, hasEnded, noFacts, saysSomething } from './answer-facts.ts'
import { invalid, parseJson, requireType } from './checked.ts'
import type { AnswerShape } from './operations.ts'
import type { ProviderResponse } from './provider.ts'
import { refusalInStream } from './provider-refusal.ts'
import { readEvents } from './read-events.ts'
import type { ReadOptions } from './read-whole.ts'

/** What comes before the first token is kept until then; of more than this it is shown. */
const maxHeldEvents = 16
/** For the end of the response, so that its connection can be used again. The caller has the whole answer by then. */
const lastBytesMs = 500

export interface RelayOptions extends ReadOptions {
  readonly stream: EventStream
  /** Ends when the caller leaves. */
  readonly signal: AbortSignal
  readonly onFirstToken: () => void
}

/** Leaves the stream open, so that a failure can be told at its end. */
export async function relayStream(
  { headers, body }: ProviderResponse,
  options: RelayOptions,
): Promise<AnswerFacts> {
  const { shape, patience, betweenTokensMs, stream, signal, onFirstToken } = options
  requireType(headers['content-type'], 'text/event-stream')
  const facts = noFacts()
  let hasSpoken = false
  let isDone = false
  let held: string[] = []

  const show = async (text: string) => {
    if (!stream.isOpen()) stream.open()
    const slowly = stream.relay(text, signal)
    if (slowly === undefined) return
    patience.rest()
    await slowly
    patience.expect('token', betweenTokensMs)
  }
  const take = async (text: string, chunk: AnswerShape) => {
    addFacts(facts, chunk)
    if (saysSomething(chunk)) {
      if (!hasSpoken) onFirstToken()
      hasSpoken = true
      patience.expect('token', betweenTokensMs)
    }
    held.push(text)
    if (!hasSpoken && held.length < maxHeldEvents) return
    await show(held.join(''))
    held = []
  }

  try {
    for await (const { text, data } of readEvents(body)) {
      if (isDone) continue
      isDone = data === '[DONE]'
      if (!isDone) await take(text, readChunk(data, shape))
      else if (facts.begun.size === 0) throw invalid('The provider ended what it had not begun')
      else {
        await show(held.join('') + text)
        patience.expect('end', lastBytesMs)
      }
    }
  } catch (err) {
    // The answer is complete, and the caller has it.
    if (!isDone || facts.begun.size === 0) throw err
  }
  if (isDone || hasEnded(facts)) return facts
  throw new ModelServerError('upstream_failed', 'The provider broke off its answer')
}

function readChunk(data: string, shape: z.ZodType<AnswerShape>): AnswerShape {
  const json = parseJson(data)
  // A provider that fails in the middle says so in the place of a chunk.
  const refusal = refusalInStream(json)
  if (refusal !== undefined) throw refusal
  const parsed = shape.safeParse(json)
  if (parsed.success) return parsed.data
  throw invalid('The provider sent something else than an answer')
}
