// OpenAI's older completion request: text that the model goes on with, outside of any conversation.
import { z } from 'zod'
import {
  type CompletionRequest,
  commonFields,
  commonNeutralValues,
  commonPart,
  type NeutralValues,
  parseBody,
  tokenCountSchema,
} from './request.ts'

/** The API's own: who wants more says so. */
const defaultMaxTokens = 16

export function parseTextRequest(body: unknown): CompletionRequest {
  const data = parseBody(bodySchema, body, neutralValues)
  const [text = ''] = [data.prompt].flat()
  return {
    ...commonPart(data),
    operation: 'text_completion',
    prompt: { text },
    maxTokens: data.max_tokens ?? defaultMaxTokens,
    grammar: undefined,
  }
}

const bodySchema = z.object({
  ...commonFields,
  prompt: z.union([z.string().min(1), z.array(z.string().min(1)).length(1)], {
    error: 'must be a string, or a list of one, that is not empty',
  }),
  max_tokens: tokenCountSchema.nullish(),
})

const neutralValues: NeutralValues = {
  ...commonNeutralValues,
  best_of: (value) => value === 1,
  echo: (value) => value === false,
  logprobs: () => false,
  // A field of the chat API, which would go unheard here.
  response_format: () => false,
  suffix: (value) => value === '',
}
