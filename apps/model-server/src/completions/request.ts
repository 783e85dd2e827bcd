// OpenAI's chat completion request, as far as it is understood here. Unknown fields are ignored; known ones that would
// change the answer, and cannot be obeyed, are refused by name.
import { z } from 'zod'
import type { ChatMessage } from '../engine/protocol.ts'
import { ModelServerError } from '../errors.ts'
import { jsonObjectGrammar } from '../grammars/gbnf.ts'
import { jsonSchemaGrammar } from '../grammars/json-schema-grammar.ts'

export interface CompletionRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly maxTokens: number | undefined
  readonly temperature: number
  readonly topP: number
  readonly seed: number | undefined
  readonly stop: readonly string[]
  readonly grammar: string | undefined
}

export function parseCompletionRequest(body: unknown): CompletionRequest {
  const parsed = bodySchema.safeParse(body)
  if (!parsed.success) throw invalid(parsed.error)
  refuseUnsupported(body as Record<string, unknown>)
  const { data } = parsed
  return {
    model: data.model,
    messages: data.messages.map(toChatMessage),
    stream: data.stream ?? false,
    includeUsage: data.stream_options?.include_usage ?? false,
    maxTokens: data.max_completion_tokens ?? data.max_tokens ?? undefined,
    temperature: data.temperature ?? 1,
    topP: data.top_p ?? 1,
    // llama.cpp seeds are unsigned 32-bit numbers.
    seed: data.seed == null ? undefined : data.seed >>> 0,
    stop: [data.stop ?? []].flat(),
    grammar: grammarFor(data.response_format ?? undefined),
  }
}

const textPartSchema = z.object({ type: z.literal('text'), text: z.string() })
const contentSchema = z.union([z.string(), z.array(textPartSchema).min(1).max(64)], {
  error: 'must be a string or a list of text parts',
})
const messageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: contentSchema,
})
const tokenCountSchema = z.number().int().min(1).max(1_000_000)

const responseFormatSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({ schema: z.record(z.string(), z.unknown()) }),
  }),
])

const stopSchema = z.string().min(1).max(128)

const bodySchema = z.object({
  model: z.string().min(1).max(256),
  messages: z.array(messageSchema).min(1).max(256),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokenCountSchema.nullish(),
  max_completion_tokens: tokenCountSchema.nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([stopSchema, z.array(stopSchema).max(4)]).nullish(),
  response_format: responseFormatSchema.nullish(),
})

/** What each unsupported field may be, because it then changes nothing. `undefined` and `null` always may. */
const neutralValues: Readonly<Record<string, (value: unknown) => boolean>> = {
  audio: () => false,
  frequency_penalty: (value) => value === 0,
  function_call: (value) => value === 'none',
  functions: isEmpty,
  logit_bias: isEmpty,
  logprobs: (value) => value === false,
  modalities: (value) => Array.isArray(value) && value.every((modality) => modality === 'text'),
  n: (value) => value === 1,
  prediction: () => false,
  presence_penalty: (value) => value === 0,
  tool_choice: (value) => value === 'none' || value === 'auto',
  tools: isEmpty,
  top_logprobs: (value) => value === 0,
  web_search_options: () => false,
}

function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  for (const [name, isNeutral] of Object.entries(neutralValues)) {
    const value = body[name]
    if (value === undefined || value === null || isNeutral(value)) continue
    throw new ModelServerError('unsupported_value', `'${name}' is not supported here`, {
      param: name,
    })
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function toChatMessage({ role, content }: z.infer<typeof messageSchema>): ChatMessage {
  return {
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
  }
}

function grammarFor(format: z.infer<typeof responseFormatSchema> | undefined): string | undefined {
  switch (format?.type) {
    case 'json_object':
      return jsonObjectGrammar
    case 'json_schema':
      return jsonSchemaGrammar(format.json_schema.schema, 'response_format.json_schema.schema')
    default:
      return undefined
  }
}

function invalid(error: z.ZodError): ModelServerError {
  const [issue] = error.issues
  const param = issue?.path.join('.') || undefined
  const message = issue?.message ?? 'The request is not valid'
  return new ModelServerError('invalid_request', param ? `${param}: ${message}` : message, {
    ...(param !== undefined && { param }),
  })
}
