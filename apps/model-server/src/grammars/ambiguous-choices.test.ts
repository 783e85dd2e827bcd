// What makes a schema readable in many ways, which the engine would follow all at once.
import { expect, test } from 'vitest'
import { grammarOf, object } from '../testing/grammar-of.ts'

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
