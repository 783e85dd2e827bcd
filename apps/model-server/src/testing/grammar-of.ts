// What the tests of grammars have in common: the grammar of a schema, and schemas to take it of.
import { jsonSchemaGrammar } from '../grammars/json-schema-grammar.ts'

/** Of a schema that stands in the request at `s`. */
export const grammarOf = (schema: unknown) =>
  jsonSchemaGrammar(schema as Record<string, unknown>, 's')

/** The first line: what the answer as a whole looks like. */
export const rootOf = (schema: unknown) => grammarOf(schema).split('\n')[0]

export const object = (properties: object, rest: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
})

/** An object that a property tells from others. */
export const kind = (name: string, rest: object = {}) => object({ kind: { const: name }, ...rest })
