// Asks a model one question over OpenAI's streaming HTTP, within a time and a length.
import OpenAI from 'openai'
import { z } from 'zod'
import type { Spending } from '../cost/spending.ts'
import { throwIfCancelled, toModelError } from '../errors.ts'
import { maxAnswerLength, parseAnswer, readStream } from './model-answer.ts'

const maxTokens = 256

export interface Question<Answer> {
  /** Names the form of the answer in the request. */
  readonly name: string
  readonly prompt: string
  readonly answer: z.ZodType<Answer>
}

export interface Usage {
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface Reply<Answer> {
  readonly answer: Answer
  readonly usage: Usage
}

export interface AskOptions {
  readonly signal: AbortSignal
  readonly onToken: (text: string) => void
  /** What the call uses is added here, whether or not its answer is of use. */
  readonly spending: Spending
}

export type AskModel = <Answer>(
  question: Question<Answer>,
  options: AskOptions,
) => Promise<Reply<Answer>>

export interface ModelClientOptions {
  readonly url: string
  readonly name: string
  readonly temperature: number
  readonly timeoutMs: number
}

export function createModelClient(options: ModelClientOptions): AskModel {
  const client = new OpenAI({
    baseURL: new URL('/v1', options.url).href,
    apiKey: 'none',
    organization: null,
    project: null,
    // Retries belong to the task, where they are counted and seen.
    maxRetries: 0,
    timeout: options.timeoutMs,
    logLevel: 'off',
  })

  return async (question, { signal, onToken }) => {
    const deadline = AbortSignal.timeout(options.timeoutMs)
    const tooLong = new AbortController()
    try {
      const stream = await client.chat.completions.create(
        {
          model: options.name,
          messages: [{ role: 'user', content: question.prompt }],
          stream: true,
          stream_options: { include_usage: true },
          temperature: options.temperature,
          max_tokens: maxTokens,
          response_format: {
            type: 'json_schema',
            json_schema: { name: question.name, strict: true, schema: jsonSchema(question.answer) },
          },
        },
        { signal: AbortSignal.any([signal, deadline, tooLong.signal]) },
      )
      const streamed = await readStream(stream, (text, length) => {
        onToken(text)
        if (length > maxAnswerLength) tooLong.abort()
      })
      // An aborted stream ends as if it were complete.
      throwIfCancelled(signal)
      deadline.throwIfAborted()
      const answer = parseAnswer(question.answer, streamed)
      // By the name it was asked by: what a server calls itself is not ours to put on a metric.
      return { answer, usage: { ...streamed.usage, model: options.name } }
    } catch (err) {
      throwIfCancelled(signal)
      throw toModelError(err)
    }
  }
}

function jsonSchema(answer: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(answer)
  return schema
}
