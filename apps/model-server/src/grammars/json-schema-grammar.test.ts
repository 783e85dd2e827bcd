import { decideAnswerSchema, proposeAnswerSchema } from '@throughline/contracts'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { grammarOf, kind, object, rootOf } from '../testing/grammar-of.ts'

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
