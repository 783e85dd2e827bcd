// Puts a streamed answer together and believes none of it before it is checked.
import type { ChatCompletionChunk } from 'openai/resources'
import type { z } from 'zod'
import { TaskError } from '../errors.ts'

/** Far above what the token limit allows: a server that passes it has lost count. */
export const maxAnswerLength = 16_384

export interface StreamedAnswer {
  readonly text: string
  readonly finishReason: string | undefined
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
}

/** Reads to the end without leaving the loop early: the span of the call ends with the stream. */
export async function readStream(
  stream: AsyncIterable<ChatCompletionChunk>,
  onText: (text: string, length: number) => void,
): Promise<StreamedAnswer> {
  let text = ''
  let finishReason: string | undefined
  let usage = { inputTokens: 0, outputTokens: 0 }
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
      usage = { inputTokens: tokenCount(inputTokens), outputTokens: tokenCount(outputTokens) }
    }
  }
  return { text, finishReason, usage }
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

function tokenCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0
}
