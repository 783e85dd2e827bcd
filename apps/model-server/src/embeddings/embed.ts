// Texts to vectors, one after the other, in one turn of the caller's.
import { attributes, conventions, spans, withSpan } from '@throughline/telemetry'
import type { Caller } from '../completions/caller.ts'
import { misuse, refuseOverlong } from '../completions/prompt-limits.ts'
import { refuseEmpty, tooLong } from '../engine/room-for-answer.ts'
import type { ServedModel } from '../models/served-model.ts'

export interface Embeddings {
  readonly vectors: readonly (readonly number[])[]
  readonly inputTokens: number
}

/** The engine may put a mark behind a text. */
const endMark = 1

export async function embed(
  inputs: readonly string[],
  model: ServedModel,
  { tenant }: Caller,
  signal: AbortSignal,
): Promise<Embeddings> {
  const { name, engine, slots } = model
  if (!engine.embeds) {
    throw misuse(`'${name}' is no embedding model: vectors of it would mean nothing`)
  }
  for (const text of inputs) refuseOverlong([text], 'input', model)
  const place = slots.enter(tenant)
  try {
    await withSpan(spans.queue, { [attributes.modelQueuePosition]: place.position }, () =>
      place.turn(signal),
    )
    return await withSpan(spans.prefill, {}, async (span) => {
      const texts = await readTexts(inputs, model, signal)
      const vectors: (readonly number[])[] = []
      for (const tokens of texts) {
        vectors.push(unitVector(await engine.call('embed', { tokens }, { signal })))
      }
      const inputTokens = texts.reduce((sum, { length }) => sum + length, 0)
      span.setAttribute(conventions.genAiUsageInputTokens, inputTokens)
      return { vectors, inputTokens }
    })
  } finally {
    place.leave()
  }
}

/** All of them before the first becomes a vector: who has to hear that one does not fit hears it at once. */
async function readTexts(
  inputs: readonly string[],
  model: ServedModel,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const texts: (readonly number[])[] = []
  for (const text of inputs) {
    const tokens = await model.engine.call('tokenize', { text }, { signal })
    refuseEmpty(tokens.length, 'input')
    if (tokens.length + endMark >= model.contextTokens) {
      throw tooLong(`${tokens.length} tokens`, 'input', model)
    }
    texts.push(tokens)
  }
  return texts
}

/** Of length one, as everybody expects who compares vectors by their product. */
function unitVector(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}
