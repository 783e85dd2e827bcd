// An answer in one piece: read to its end and checked before a byte of it goes on, and then as it came.
import type { z } from 'zod'
import { type AnswerFacts, addFacts, noFacts } from './answer-facts.ts'
import { invalid, parseJson, requireType } from './checked.ts'
import type { AnswerShape } from './operations.ts'
import type { Patience } from './patience.ts'
import type { ProviderResponse } from './provider.ts'
import { readText } from './read-text.ts'

/** Two thousand embeddings of two thousand numbers fit. */
const maxAnswerBytes = 32 * 1024 * 1024

export interface WholeAnswer {
  readonly text: string
  readonly facts: AnswerFacts
}

export interface ReadOptions {
  readonly shape: z.ZodType<AnswerShape>
  readonly patience: Patience
  /** How long the provider may be silent once it has begun. */
  readonly betweenTokensMs: number
}

export async function readWhole(
  { headers, body }: ProviderResponse,
  { shape, patience, betweenTokensMs }: ReadOptions,
): Promise<WholeAnswer> {
  requireType(headers['content-type'], 'application/json')
  const onBytes = () => patience.expect('more', betweenTokensMs)
  const text = await readText(body, { maxBytes: maxAnswerBytes, onBytes })
  if (text === undefined) throw invalid(`The provider sent more than ${maxAnswerBytes} bytes`)
  const parsed = shape.safeParse(parseJson(text))
  if (!parsed.success) throw invalid('The provider sent something else than an answer')
  const facts = noFacts()
  addFacts(facts, parsed.data)
  return { text, facts }
}
