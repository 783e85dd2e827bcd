// Bodies in OpenAI's shape: the whole answer, or its chunks.
import { randomUUID } from 'node:crypto'
import { describeAnswer } from './describe-completion.ts'

export interface Usage {
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
}

export type FinishReason = 'stop' | 'length'

export interface ResponseWriter {
  completion(content: string, finishReason: FinishReason, usage: Usage): object
  chunk(delta: { role?: 'assistant'; content?: string }, finishReason?: FinishReason): object
  /** The last chunk, for callers who asked for it. */
  usageChunk(usage: Usage): object
}

/** All chunks of one answer share its id and time. */
export function createResponseWriter(model: string, includeUsage: boolean): ResponseWriter {
  const head = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1_000),
    model,
  }
  describeAnswer(head.id)
  const chunkHead = { ...head, object: 'chat.completion.chunk' }
  return {
    completion: (content, finishReason, usage) => ({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null },
          logprobs: null,
          finish_reason: finishReason,
        },
      ],
      usage: usageBody(usage),
    }),
    chunk: (delta, finishReason) => ({
      ...chunkHead,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason ?? null }],
      ...(includeUsage && { usage: null }),
    }),
    usageChunk: (usage) => ({ ...chunkHead, choices: [], usage: usageBody(usage) }),
  }
}

function usageBody({ inputTokens, cachedTokens, outputTokens }: Usage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  }
}
