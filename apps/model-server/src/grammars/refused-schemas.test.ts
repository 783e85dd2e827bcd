// Schemas that are refused, and what is said of them.
import { expect, test } from 'vitest'
import type { ModelServerError } from '../errors.ts'
import { grammarOf, kind, object } from '../testing/grammar-of.ts'

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

test('gives up comparing a schema that asks for too much of it', () => {
  const choices = Array.from({ length: 20 }, (_, i) => [
    `c${i}`,
    { oneOf: Array.from({ length: 16 }, (_, branch) => kind(`${branch}`)) },
  ])
  expect(() => grammarOf(object(Object.fromEntries(choices)))).toThrow(/no value fits two/)
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
