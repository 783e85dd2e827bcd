import { decideAnswerSchema, proposeAnswerSchema } from '@throughline/contracts'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ModelServerError } from '../errors.ts'
import { jsonSchemaGrammar } from './json-schema-grammar.ts'

/** The first line: what the answer as a whole looks like. */
const rootOf = (schema: unknown) => grammarOf(schema).split('\n')[0]
const grammarOf = (schema: unknown) => jsonSchemaGrammar(schema as Record<string, unknown>, 's')

const object = (properties: object, rest: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
})

test('writes compact JSON in the order of the schema', () => {
  expect(rootOf(z.toJSONSchema(proposeAnswerSchema))).toBe(
    String.raw`root ::= "{" "\"price\":" "\"" [0-9]{5} "\"" "," "\"tone\":" ("\"warm\"" | "\"plain\"" | "\"firm\"" | "\"formal\"" | "\"brief\"") "}"`,
  )
})

test('puts a comma between the properties that are there', () => {
  const flag = { type: 'null' }
  expect(rootOf(object({ a: flag, b: flag, c: flag }, { required: ['b'] }))).toBe(
    String.raw`root ::= "{" ("\"a\":" "null" ",")? "\"b\":" "null" ("," "\"c\":" "null")? "}"`,
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

test('leaves out the values of an enum that are not of its type', () => {
  expect(rootOf({ type: ['string', 'null'], enum: ['a', 1, null] })).toBe(
    String.raw`root ::= ("\"a\"" | "null")`,
  )
})

const kind = (name: string, rest: object = {}) => object({ kind: { const: name }, ...rest })

test.for([
  ['types', [{ type: 'string' }, { type: ['null', 'integer'] }]],
  ['values', [{ enum: ['a', 'b'] }, { const: 'c' }]],
  ['a property that tells them apart', [kind('circle'), kind('square', { side: { const: 1 } })]],
  ['definitions', [{ $ref: '#/$defs/round' }, kind('square')]],
] as const)('takes a oneOf that %s decide', ([, oneOf]) => {
  expect(rootOf({ oneOf, $defs: { round: kind('circle') } })).toContain(' | ')
})

/** Comes back to the same pair of schemas by as many ways as it has properties, at each step. */
const entwined = (kind: string) =>
  object(
    {
      ...Object.fromEntries(
        Array.from({ length: 60 }, (_, i) => [`p${i}`, { $ref: `#/$defs/${kind}` }]),
      ),
      kind: { const: kind },
    },
    { description: kind },
  )

test('compares schemas that refer to themselves everywhere without going every way', () => {
  const $defs = { a: entwined('a'), b: entwined('b') }
  const oneOf = [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }]
  expect(rootOf({ oneOf, $defs })).toBe('root ::= (ref-0 | ref-1)')
})

test('gives up comparing a schema that asks for too much of it', () => {
  const choices = Array.from({ length: 20 }, (_, i) => [
    `c${i}`,
    { oneOf: Array.from({ length: 16 }, (_, branch) => kind(`${branch}`)) },
  ])
  expect(() => grammarOf(object(Object.fromEntries(choices)))).toThrow(/no value fits two/)
})

test.for([
  ['s.type', (long: unknown) => ({ type: long })],
  ['s.required', (long: unknown) => ({ type: 'object', required: long })],
  ['s.required', (long: unknown) => object({ a: {} }, { required: [long] })],
  ['s.$ref', (long: unknown) => ({ $ref: long })],
] as const)('neither chokes on nor repeats what stands in place of %s', ([param, schemaWith]) => {
  const listInList = JSON.parse('['.repeat(50) + ']'.repeat(50))
  const unfit = [Array(1_000).fill({}), { [longName]: 1 }, 7, listInList, [[longName]]]
  for (const value of unfit) {
    const refused = errorOf(schemaWith(value))
    expect(refused).toMatchObject({ code: 'unsupported_value', param })
    expect(refused?.message.length).toBeLessThan(200)
  }
})

test.for([
  (deep: unknown) => ({ const: deep }),
  (deep: unknown) => ({ enum: [1, deep] }),
  (deep: unknown) => ({ type: 'object', required: deep }),
  (deep: unknown) => ({ type: deep }),
  (deep: unknown) => ({ type: 'null', default: deep }),
])('refuses a schema with lists in lists without end', (schemaWith) => {
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  expect(errorOf(schemaWith(deep))).toMatchObject({ param: 's', code: 'unsupported_value' })
})

test('names what is refused in few words, however long the names in a schema are', () => {
  for (const schema of [{ [longName]: 1 }, object({ [longName]: { type: 'file' } })]) {
    const refused = errorOf(schema)
    expect(refused?.param?.length).toBeLessThan(300)
    expect(refused?.message.length).toBeLessThan(400)
  }
})

const longName = 'x'.repeat(100_000)

function errorOf(schema: unknown): ModelServerError | undefined {
  try {
    grammarOf(schema)
    return undefined
  } catch (err) {
    return err as ModelServerError
  }
}

test.for([
  ['s.allOf', { allOf: [{ type: 'string' }] }],
  ['s.not', { type: 'string', not: { const: 'a' } }],
  ['s.oneOf', { oneOf: [{ type: 'integer' }, { type: 'number' }] }],
  ['s.oneOf', { oneOf: [kind('a'), object({})] }],
  ['s.anyOf', { anyOf: [] }],
  ['s.type', { type: 'string', anyOf: [{ const: 'a' }] }],
  ['s.properties.a.$ref', object({ a: { $ref: '#/$defs/missing' } })],
  ['s.properties.a.$ref', object({ a: { $ref: 'https://example.com/schema' } })],
  ['s.properties.a.$ref', object({ a: { $ref: '#/__proto__' } })],
  ['s.$ref.$ref', { $ref: '#' }],
  ['s.type', { type: 'file' }],
  ['s.type', { type: [] }],
  ['s.type', { type: 'constructor' }],
  ['s.items', { type: 'array', items: 7 }],
  ['s.uniqueItems', { type: 'array', items: {}, uniqueItems: true }],
  ['s.prefixItems', { type: 'array', prefixItems: [{}] }],
  ['s.maxItems', { type: 'array', items: {}, maxItems: 1_000_000 }],
  ['s.multipleOf', { type: 'number', multipleOf: 0.01 }],
  ['s.minimum', { type: 'number', minimum: 0.25, maximum: 0.75 }],
  ['s.minimum', { type: 'integer', minimum: 2, maximum: 1 }],
  ['s.maximum', { type: 'integer', maximum: '7' }],
  ['s.format', { type: 'string', format: 'date' }],
  ['s.maxLength', { type: 'string', maxLength: 1e9 }],
  ['s.minLength', { type: 'string', minLength: 3, maxLength: 2 }],
  ['s.minLength', { type: 'string', pattern: '^a+$', minLength: 3 }],
  ['s.required', object({ a: { type: 'null' } }, { required: ['b'] })],
  ['s.required', { type: 'object', required: ['b'] }],
  ['s.patternProperties', { type: 'object', patternProperties: {} }],
  ['s.minProperties', { type: 'object', minProperties: 1 }],
  ['s.enum', { enum: [] }],
  ['s.const', { type: 'string', const: 7 }],
  ['s.pattern', { type: 'string', pattern: '(a|b)' }],
  ['s.pattern', { type: 'string', pattern: '^[9-0]$' }],
  ['s.pattern', { type: 'string', pattern: '^a{5000}$' }],
  ['s.pattern', { type: 'string', pattern: '^"$' }],
  ['s.pattern', { type: 'string', pattern: '^[a-z]+[a-z0-9]*$' }],
  ['s.pattern', { type: 'string', pattern: '^a?b*a$' }],
] as const)('refuses by the name of the keyword: %s of %j', ([param, schema]) => {
  expect(() => grammarOf(schema)).toThrow(
    expect.objectContaining({ code: 'unsupported_value', param }),
  )
})

test('refuses definitions that lead back to themselves, however they are entered', () => {
  const roundabout = {
    $ref: '#/$defs/a',
    $defs: {
      a: { anyOf: [object({ p: { $ref: '#/$defs/c' } }), { $ref: '#/$defs/c' }] },
      c: { $ref: '#/$defs/a' },
    },
  }
  expect(() => grammarOf(roundabout)).toThrow(/leads back to itself/)
})

const nested = (depth: number, wrap: (choice: object) => object): object =>
  depth === 0
    ? { type: 'string' }
    : { anyOf: Array.from({ length: 4 }, () => wrap(nested(depth - 1, wrap))) }
const listOf = (items: object) => ({ type: 'array', items })
const tree = (...branches: object[]) => ({
  $ref: '#/$defs/tree',
  $defs: { tree: { anyOf: branches } },
})
const self = { $ref: '#/$defs/tree' }

test.for([
  ['choices in place of branches', nested(3, (choice) => choice)],
  ['choices in lists that begin alike', nested(3, listOf)],
  ['lists that may be two kinds of list', tree(listOf(self), listOf(self))],
  [
    'objects that differ in their second key',
    tree(object({ a: self, b: {} }), object({ a: self })),
  ],
  [
    'a choice of choices by name',
    tree(
      { $ref: '#/$defs/tree/anyOf/1' },
      nested(2, (choice) => choice),
      self,
    ),
  ],
] as const)('refuses %s: the ways to read them multiply', ([, schema]) => {
  expect(() => grammarOf(schema)).toThrow(/more than 16 ways|leads back to itself/)
})

test.for([
  [
    'a choice that may also be null',
    tree(object({ leaf: {} }), object({ next: { anyOf: [self, { type: 'null' }] } })),
  ],
  [
    'objects that begin with their kind',
    tree(
      object({ kind: { const: 'a' }, left: self }),
      object({ kind: { const: 'b' }, right: self }),
    ),
  ],
  [
    'objects that begin with a key of their own',
    tree(object({ not: self }), object({ and: listOf(self) }), { type: 'string' }),
  ],
  ['sixteen texts', { anyOf: Array(16).fill({ type: 'string' }) }],
] as const)('takes %s, to any depth: there is one way to go on', ([, schema]) => {
  expect(grammarOf(schema)).toContain('root ::= ')
})

test('refuses a schema that is too deep or too large', () => {
  let deep: object = { type: 'null' }
  for (let level = 0; level < 20; level++) deep = object({ a: deep })
  expect(() => grammarOf(deep)).toThrow(/deeper than 16/)

  const wide = object({ a: { enum: Array.from({ length: 100 }, (_, i) => `${i}`.repeat(500)) } })
  expect(() => grammarOf(wide)).toThrow(/too large/)

  const long = { type: 'string', maxLength: 2_000 }
  const texts = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`text${i}`, long]))
  expect(() => grammarOf(object(texts))).toThrow(/too large/)

  const chain = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, i) => [`d${i}`, { $ref: `#/$defs/d${i + 1}` }]),
  )
  expect(() => grammarOf({ $ref: '#/$defs/d0', $defs: chain })).toThrow(/refers to too much/)

  // As deep as references and levels together lead.
  let steps: object = { $ref: '#/$defs/d60' }
  for (let level = 0; level < 15; level++) steps = object({ a: steps })
  const stairs = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [
      `d${i}`,
      JSON.parse(JSON.stringify(steps).replace('d60', `d${i + 1}`)),
    ]),
  )
  const $defs = { ...stairs, d60: { type: 'null' } }
  expect(() => grammarOf({ $ref: '#/$defs/d0', $defs })).not.toThrow(RangeError)
})
