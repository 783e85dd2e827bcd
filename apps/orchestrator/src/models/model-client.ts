// Asks a model one question over OpenAI's streaming HTTP, within a time and a length.
import OpenAI from 'openai'
import { z } from 'zod'
import type { Spending } from '../cost/spending.ts'
import type { TokenCounts } from '../cost/usage.ts'
import { throwIfCancelled, toModelError } from '../errors.ts'
import { maxAnswerLength, parseAnswer, readStream } from './model-answer.ts'

const maxTokens = 256

export interface Question<Answer> {
  /** Names the form of the answer in the request. */
  readonly name: string
  readonly prompt: string
  readonly answer: z.ZodType<Answer>
}

export interface AskOptions {
  /** Who the question is for: the server is fair between them. */
  readonly tenantId: string
  readonly signal: AbortSignal
  readonly onToken: (text: string) => void
  /** What the call uses is added here, whether or not its answer is of use. */
  readonly spending: Spending
}

export type AskModel = <Answer>(question: Question<Answer>, options: AskOptions) => Promise<Answer>

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

  return async (question, { tenantId, signal, onToken, spending }) => {
    throwIfCancelled(signal)
    const shown = whatTheModelIsShown(question)
    const reservation = spending.reserve({
      // By the name it is asked by: what a server calls itself is not ours to put on a metric.
      model: options.name,
      requestBytes: Buffer.byteLength(JSON.stringify(shown)),
      maxOutputTokens: maxTokens,
    })
    const deadline = AbortSignal.timeout(options.timeoutMs)
    const tooLong = new AbortController()
    let begun = false
    let tokens: TokenCounts | undefined
    try {
      const stream = await client.chat.completions.create(
        {
          ...shown,
          model: options.name,
          user: tenantId,
          stream: true,
          stream_options: { include_usage: true },
          temperature: options.temperature,
          max_tokens: maxTokens,
        },
        { signal: AbortSignal.any([signal, deadline, tooLong.signal]) },
      )
      begun = true
      const onText = (text: string, length: number): void => {
        onToken(text)
        if (length > maxAnswerLength) tooLong.abort()
      }
      const streamed = await readStream(stream, onText, (counts) => {
        tokens = counts
      })
      // An aborted stream ends as if it were complete.
      throwIfCancelled(signal)
      deadline.throwIfAborted()
      return parseAnswer(question.answer, streamed)
    } catch (err) {
      throwIfCancelled(signal)
      throw toModelError(err)
    } finally {
      // Who hangs up before the first byte cannot know how far the model had come.
      if (begun || signal.aborted || deadline.aborted) reservation.settle(tokens)
      else reservation.release()
    }
  }
}

function whatTheModelIsShown({ name, prompt, answer }: Question<unknown>) {
  const schema = { name, strict: true, schema: jsonSchema(answer) }
  return {
    messages: [{ role: 'user' as const, content: prompt }],
    response_format: { type: 'json_schema' as const, json_schema: schema },
  }
}

function jsonSchema(answer: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(answer)
  return schema
}
