// Puts a streamed answer together and believes none of it before it is checked.
import type { ChatCompletionChunk } from 'openai/resources'
import type { z } from 'zod'
import type { TokenCounts } from '../cost/usage.ts'
import { TaskError } from '../errors.ts'

/** Far above what the token limit allows: a server that passes it has lost count. */
export const maxAnswerLength = 16_384
/** Of one call. A server that counts more is not believed. */
const maxTokenCount = 5_000_000

export interface StreamedAnswer {
  readonly text: string
  readonly finishReason: string | undefined
}

/** Reads to the end without leaving the loop early: the span of the call ends with the stream. */
export async function readStream(
  stream: AsyncIterable<ChatCompletionChunk>,
  onText: (text: string, length: number) => void,
  onTokenCounts: (counts: TokenCounts) => void,
): Promise<StreamedAnswer> {
  let text = ''
  let finishReason: string | undefined
  for await (const chunk of stream) {
    const choice = chunk.choices?.[0]
    const piece = choice?.delta?.content
    if (typeof piece === 'string' && piece !== '') {
      text += piece
      onText(piece, text.length)
    }
    finishReason ??= choice?.finish_reason ?? undefined
    if (chunk.usage) {
      const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = chunk.usage
      if (isTokenCount(inputTokens) && isTokenCount(outputTokens)) {
        onTokenCounts({ inputTokens, outputTokens })
      }
    }
  }
  return { text, finishReason }
}

export function parseAnswer<Answer>(schema: z.ZodType<Answer>, streamed: StreamedAnswer): Answer {
  const { text, finishReason } = streamed
  if (text.length > maxAnswerLength) throw new TaskError('model_answer_invalid')
  if (finishReason === undefined) {
    throw new TaskError('model_unavailable', { cause: new Error('the answer was cut off') })
  }
  const result = schema.safeParse(JSON.parse(text))
  if (result.success) return result.data
  // Where and what, without the schema's own words: they quote the keys that a model made up.
  const problems = result.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`.trim())
  throw new TaskError('model_answer_invalid', { cause: new Error(problems.join('; ')) })
}

function isTokenCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxTokenCount
}
