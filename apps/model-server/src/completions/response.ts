// Bodies in OpenAI's shape: the whole answer, or its chunks.
import { randomUUID } from 'node:crypto'
import type { CompletionRequest } from './request.ts'

export interface Usage {
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
}

export type FinishReason = 'stop' | 'length'

export interface ResponseWriter {
  readonly id: string
  whole(text: string, finishReason: FinishReason, usage: Usage): object
  /** What a stream begins with, before there is any text. */
  readonly opening: object | undefined
  part(text: string): object
  last(finishReason: FinishReason): object
  /** The very last chunk, for callers who asked for it. */
  usage(usage: Usage): object
}

interface Form {
  readonly idPrefix: string
  readonly object: string
  readonly chunkObject: string
  readonly whole: (text: string) => object
  readonly opening?: object
  readonly part: (text: string) => object
}

const forms: Readonly<Record<CompletionRequest['operation'], Form>> = {
  chat: {
    idPrefix: 'chatcmpl',
    object: 'chat.completion',
    chunkObject: 'chat.completion.chunk',
    whole: (content) => ({ message: { role: 'assistant', content, refusal: null } }),
    opening: { delta: { role: 'assistant', content: '' } },
    part: (content) => ({ delta: content === '' ? {} : { content } }),
  },
  text_completion: {
    idPrefix: 'cmpl',
    object: 'text_completion',
    chunkObject: 'text_completion',
    whole: (text) => ({ text }),
    part: (text) => ({ text }),
  },
}

/** All chunks of one answer share its id and time. */
export function createResponseWriter({
  operation,
  model,
  includeUsage,
}: CompletionRequest): ResponseWriter {
  const form = forms[operation]
  const id = `${form.idPrefix}-${randomUUID()}`
  const head = { id, created: Math.floor(Date.now() / 1_000), model }
  const chunkHead = { ...head, object: form.chunkObject }
  const choice = (body: object, finishReason: FinishReason | null) => ({
    index: 0,
    ...body,
    logprobs: null,
    finish_reason: finishReason,
  })
  const chunk = (body: object, finishReason: FinishReason | null = null) => ({
    ...chunkHead,
    choices: [choice(body, finishReason)],
    ...(includeUsage && { usage: null }),
  })
  return {
    id,
    whole: (text, finishReason, usage) => ({
      ...head,
      object: form.object,
      choices: [choice(form.whole(text), finishReason)],
      usage: usageBody(usage),
    }),
    opening: form.opening && chunk(form.opening),
    part: (text) => chunk(form.part(text)),
    last: (finishReason) => chunk(form.part(''), finishReason),
    usage: (usage) => ({ ...chunkHead, choices: [], usage: usageBody(usage) }),
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
