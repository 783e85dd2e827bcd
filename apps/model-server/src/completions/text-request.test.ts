import { expect, test } from 'vitest'
import { parseTextRequest } from './text-request.ts'

const minimal = { model: 'negotiator', prompt: 'once' }

test('fills in the defaults of the API', () => {
  expect(parseTextRequest({ ...minimal, best_of: 1, echo: false, suffix: '' })).toEqual({
    operation: 'text_completion',
    model: 'negotiator',
    prompt: { text: 'once' },
    stream: false,
    includeUsage: false,
    maxTokens: 16,
    temperature: 1,
    topP: 1,
    seed: undefined,
    stop: [],
    grammar: undefined,
  })
})

test('takes a list of one prompt', () => {
  expect(parseTextRequest({ ...minimal, prompt: ['once'] }).prompt).toEqual({ text: 'once' })
})

test.for([
  ['best_of', 2],
  ['echo', true],
  ['logprobs', 0],
  ['n', 2],
  ['response_format', { type: 'json_object' }],
  ['suffix', 'ever after'],
] as const)('refuses %s by name', ([param, value]) => {
  expect(() => parseTextRequest({ ...minimal, [param]: value })).toThrow(
    expect.objectContaining({ code: 'unsupported_value', param }),
  )
})

test.for([
  ['nothing', ''],
  ['two prompts', ['once', 'twice']],
  ['tokens', [1, 2, 3]],
  ['lists of tokens', [[1, 2, 3]]],
] as const)('takes no prompt of %s', ([, prompt]) => {
  expect(() => parseTextRequest({ ...minimal, prompt })).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: 'prompt' }),
  )
})
