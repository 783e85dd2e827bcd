import { decideAnswerSchema, proposeAnswerSchema } from '@throughline/contracts'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchemaGrammar } from './json-schema-grammar.ts'

const grammarOf = (schema: unknown) => jsonSchemaGrammar(schema as Record<string, unknown>, 's')

const object = (properties: object, rest: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
})

test('writes compact JSON in the order of the schema', () => {
  expect(grammarOf(z.toJSONSchema(proposeAnswerSchema))).toBe(
    String.raw`root ::= "{" "\"price\":" "\"" [0-9]{4} "\"" "," "\"tone\":" ("\"warm\"" | "\"plain\"" | "\"firm\"") "}"` +
      '\n',
  )
})

test('holds a string to its length', () => {
  expect(grammarOf(z.toJSONSchema(decideAnswerSchema))).toContain('{1,200} "\\""')
  expect(grammarOf({ type: 'string' })).toContain('{0,} "\\""')
})

test('ignores what is meant for people', () => {
  const annotated = { type: 'boolean', title: 'Sure?', description: 'Whether', default: true }
  expect(grammarOf(annotated)).toBe(grammarOf({ type: 'boolean' }))
})

test.for([
  ['s.anyOf', { anyOf: [{ type: 'string' }] }],
  ['s.properties.a.$ref', object({ a: { $ref: '#/x' } })],
  ['s.type', { type: 'array', items: { type: 'string' } }],
  ['s.type', { type: ['string', 'null'] }],
  ['s.format', { type: 'string', format: 'date' }],
  ['s.maxLength', { type: 'string', maxLength: 1e9 }],
  ['s.minLength', { type: 'string', minLength: 3, maxLength: 2 }],
  ['s.additionalProperties', { type: 'object', properties: {} }],
  ['s.required', object({ a: { type: 'null' } }, { required: [] })],
  ['s.enum', { enum: [] }],
  ['s.pattern', { type: 'string', pattern: '(a|b)' }],
  ['s.pattern', { type: 'string', pattern: '^[9-0]$' }],
  ['s.pattern', { type: 'string', pattern: '^a{5000}$' }],
  ['s.pattern', { type: 'string', pattern: '^"$' }],
] as const)('refuses by the name of the keyword: %s', ([param, schema]) => {
  expect(() => grammarOf(schema)).toThrow(
    expect.objectContaining({ code: 'unsupported_value', param }),
  )
})

test('refuses a schema that is too deep or too large', () => {
  let deep: object = { type: 'null' }
  for (let level = 0; level < 20; level++) deep = object({ a: deep })
  expect(() => grammarOf(deep)).toThrow(/deeper than 8/)
  const wide = object({ a: { enum: Array.from({ length: 100 }, (_, i) => `${i}`.repeat(500)) } })
  expect(() => grammarOf(wide)).toThrow(/too large/)
})
