// OpenAI's chat completion request, as far as it is understood here.
import { z } from 'zod'
import type { ChatMessage } from '../engine/protocol.ts'
import { jsonObjectGrammar } from '../grammars/gbnf.ts'
import { jsonSchemaGrammar } from '../grammars/json-schema-grammar.ts'
import {
  type CompletionRequest,
  commonFields,
  commonNeutralValues,
  commonPart,
  isEmpty,
  type NeutralValues,
  parseBody,
  tokenCountSchema,
} from './request.ts'

export function parseChatRequest(body: unknown): CompletionRequest {
  const data = parseBody(bodySchema, body, neutralValues)
  return {
    ...commonPart(data),
    operation: 'chat',
    prompt: { messages: data.messages.map(toChatMessage) },
    maxTokens: data.max_completion_tokens ?? data.max_tokens ?? undefined,
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

const responseFormatSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({ schema: z.record(z.string(), z.unknown()) }),
  }),
])

const bodySchema = z.object({
  ...commonFields,
  messages: z.array(messageSchema).min(1).max(256),
  max_tokens: tokenCountSchema.nullish(),
  max_completion_tokens: tokenCountSchema.nullish(),
  response_format: responseFormatSchema.nullish(),
})

const neutralValues: NeutralValues = {
  ...commonNeutralValues,
  audio: () => false,
  function_call: (value) => value === 'none',
  functions: isEmpty,
  // The engine knows probabilities only as the sampler left them, of forty tokens, after temperature, top_p and grammar.
  logprobs: (value) => value === false,
  modalities: (value) => Array.isArray(value) && value.every((modality) => modality === 'text'),
  prediction: () => false,
  tool_choice: (value) => value === 'none' || value === 'auto',
  tools: isEmpty,
  top_logprobs: (value) => value === 0,
  web_search_options: () => false,
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
