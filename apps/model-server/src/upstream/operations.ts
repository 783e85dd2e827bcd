// What is forwarded: the route here, the path there, and what a sound answer looks like.
import { z } from 'zod'

export interface Operation {
  /** As the GenAI conventions call it. */
  readonly name: 'chat' | 'text_completion' | 'embeddings'
  /** Below the provider's URL. */
  readonly path: string
  readonly answer: z.ZodType<AnswerShape>
  /** Of those that can be streamed. */
  readonly chunk?: z.ZodType<AnswerShape>
}

export interface AnswerShape {
  readonly id?: string | undefined
  readonly model?: string | undefined
  readonly choices?: readonly Choice[] | undefined
  readonly usage?: { prompt_tokens?: number; completion_tokens?: number } | null | undefined
}

export interface Choice {
  readonly index?: number | undefined
  readonly finish_reason?: string | null | undefined
  readonly delta?: Readonly<Record<string, unknown>> | null | undefined
  readonly text?: string | undefined
}

const tokenCount = z.number().int().min(0).max(1e9).optional().catch(undefined)
const head = {
  id: z.string().max(256).optional().catch(undefined),
  model: z.string().max(256).optional().catch(undefined),
  usage: z
    .object({ prompt_tokens: tokenCount, completion_tokens: tokenCount })
    .nullish()
    .catch(undefined),
}
const choice = {
  index: z.number().int().min(0).max(127).optional(),
  finish_reason: z.string().nullish(),
}
const delta = z.record(z.string(), z.unknown()).nullish()

const withChoices = <Shape extends z.ZodRawShape>(shape: Shape, min: number) =>
  z.object({
    ...head,
    choices: z
      .array(z.object({ ...choice, ...shape }))
      .min(min)
      .max(128),
  })

const text = withChoices({ text: z.string() }, 1)
// A chunk without a choice carries the usage, or what a provider has to say about the prompt.
const textChunk = withChoices({ text: z.string() }, 0)

/** By their route. */
export const operations: Readonly<Record<string, Operation>> = {
  '/v1/chat/completions': {
    name: 'chat',
    path: '/chat/completions',
    answer: withChoices({ message: z.object({ role: z.string() }) }, 1),
    chunk: withChoices({ delta }, 0),
  },
  '/v1/completions': {
    name: 'text_completion',
    path: '/completions',
    answer: text,
    chunk: textChunk,
  },
  '/v1/embeddings': {
    name: 'embeddings',
    path: '/embeddings',
    answer: embeddings(),
  },
}

/** Numbers, or their bytes in Base64. */
function embeddings(): z.ZodType<AnswerShape> {
  const vector = z.union([z.string(), z.custom(Array.isArray)])
  return z.object({ ...head, data: z.array(z.object({ embedding: vector })).min(1) })
}
