import { expect, test } from 'vitest'
import { parseChatRequest } from './chat-request.ts'

const messages = [{ role: 'user', content: 'hello' }]
const minimal = { model: 'negotiator', messages }

test('fills in the defaults of the API and ignores fields it does not know', () => {
  expect(parseChatRequest({ ...minimal, user: 'u', metadata: {}, n: 1, tools: [] })).toEqual({
    operation: 'chat',
    model: 'negotiator',
    prompt: { messages },
    stream: false,
    includeUsage: false,
    maxTokens: undefined,
    temperature: 1,
    topP: 1,
    seed: undefined,
    stop: [],
    grammar: undefined,
  })
})

test('reads text parts, developer messages and both names of the token limit', () => {
  const request = parseChatRequest({
    model: 'negotiator',
    messages: [
      { role: 'developer', content: 'be kind' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ],
    max_tokens: 5,
    max_completion_tokens: 7,
    stop: 'x',
    seed: -1,
  })
  expect(request.prompt).toEqual({
    messages: [
      { role: 'system', content: 'be kind' },
      { role: 'user', content: 'ab' },
    ],
  })
  expect(request).toMatchObject({ maxTokens: 7, stop: ['x'], seed: 4_294_967_294 })
})

test.for([
  [0, 0],
  [7, 7],
  [-1, 4_294_967_294],
  [4_294_967_294, 4_294_967_294],
  // The engine takes the last of 32 bits for any seed.
  [4_294_967_295, 0],
  [-4_294_967_295, 0],
])('folds the seed %i into one that the engine repeats', ([seed, folded]) => {
  expect(parseChatRequest({ ...minimal, seed }).seed).toBe(folded)
})

test.for([
  ['n', 2],
  ['tools', [{ type: 'function' }]],
  ['functions', [{}]],
  ['tool_choice', 'required'],
  ['logprobs', true],
  ['logit_bias', { 1: 5 }],
  ['frequency_penalty', 0.5],
  ['presence_penalty', -1],
  ['audio', {}],
  ['modalities', ['text', 'audio']],
] as const)('refuses %s by name', ([param, value]) => {
  expect(() => parseChatRequest({ ...minimal, [param]: value })).toThrow(
    expect.objectContaining({ code: 'unsupported_value', param }),
  )
})

test.for([
  ['model', { messages }],
  ['messages', { model: 'negotiator', messages: [] }],
  ['messages.0.role', { model: 'negotiator', messages: [{ role: 'tool', content: 'x' }] }],
  ['messages.0.content', { model: 'negotiator', messages: [{ role: 'user', content: 7 }] }],
  ['temperature', { ...minimal, temperature: 3 }],
  ['top_p', { ...minimal, top_p: 0 }],
  ['max_tokens', { ...minimal, max_tokens: 0 }],
  ['stop', { ...minimal, stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['response_format.type', { ...minimal, response_format: { type: 'xml' } }],
  ['response_format.json_schema', { ...minimal, response_format: { type: 'json_schema' } }],
] as const)('names the field that is not valid: %s', ([param, body]) => {
  expect(() => parseChatRequest(body)).toThrow(
    expect.objectContaining({ code: 'invalid_request', param }),
  )
})
