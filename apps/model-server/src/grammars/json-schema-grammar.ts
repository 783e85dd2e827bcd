// JSON schema → GBNF, for the part of JSON schema that structured answers use. The grammar admits compact JSON with the
// keys in the schema's order, and nothing after it. It may admit less than the schema does, never more: what it cannot
// hold, it refuses.
import { checkChoices, choiceExpression } from './choice-grammar.ts'
import { compareSchemas } from './compare-schemas.ts'
import { anyOf, commaList, jsonRules, literal } from './gbnf.ts'
import { numberExpression, numberKeywords } from './number-grammar.ts'
import { objectExpression, objectKeywords } from './object-grammar.ts'
import { addRule, type Grammar, inside, type Place } from './place.ts'
import { referenceExpression } from './reference-grammar.ts'
import {
  allowOnly,
  countsOf,
  isSchema,
  listOf,
  refused,
  refuseNested,
  type Schema,
  type TypeName,
  typesOf,
} from './schema.ts'
import { stringExpression, stringKeywords } from './string-grammar.ts'

const limits = {
  depth: 16,
  values: 128,
  items: 256,
  /** The engine unrolls repetitions: all of a schema together may not fill its memory. */
  repetitions: 16_384,
  grammarLength: 32_768,
}

/** `path` is where the schema stands in the request, to name what is refused. */
export function jsonSchemaGrammar(schema: Schema, path: string): string {
  refuseNested(schema, path)
  const write = expressionFor
  const comparison = compareSchemas(schema)
  const written = { rules: [], references: new Map(), choices: [] }
  const grammar: Grammar = { schema, comparison, write, ...written }
  const root = expressionFor(schema, { grammar, path, depth: 0, ways: 1 })
  const text = [`root ::= ${root}\n`, ...grammar.rules, jsonRules].join('')
  if (text.length > limits.grammarLength || repetitionsIn(text) > limits.repetitions) {
    throw refused(path, 'the schema is too large')
  }
  // Comparing is dear: by here everything that is compared is known to be within the limits.
  checkChoices(grammar)
  return text
}

const types: Readonly<
  Record<TypeName, readonly [keywords: readonly string[], typeof objectExpression]>
> = {
  object: [objectKeywords, objectExpression],
  array: [['items', 'minItems', 'maxItems'], arrayExpression],
  string: [stringKeywords, (schema, { path }) => stringExpression(schema, path)],
  number: [numberKeywords, (schema, { path }) => numberExpression(schema, 'number', path)],
  integer: [numberKeywords, (schema, { path }) => numberExpression(schema, 'integer', path)],
  boolean: [[], () => '("true" | "false")'],
  null: [[], () => '"null"'],
}

function expressionFor(schema: unknown, place: Place): string {
  const { path, depth } = place
  if (schema === true) return 'value'
  if (!isSchema(schema)) throw refused(path, 'must be a schema object')
  if (depth > limits.depth) throw refused(path, `deeper than ${limits.depth} levels`)
  if (schema.$ref !== undefined) return referenceExpression(schema, place)
  if (schema.const !== undefined) return valuesExpression(schema, 'const', [schema.const], place)
  if (schema.enum !== undefined) {
    const values = listOf(schema, 'enum', path, limits.values)
    return valuesExpression(schema, 'enum', values, place)
  }
  if (schema.anyOf !== undefined) return choiceExpression(schema, 'anyOf', place)
  if (schema.oneOf !== undefined) return choiceExpression(schema, 'oneOf', place)
  if (schema.type === undefined) {
    // Names the keyword that stands in the place of a type, as `allOf` or `not` would.
    allowOnly(schema, [], path)
    return 'value'
  }
  const names = typesOf(schema, path)
  allowOnly(schema, ['type', ...names.flatMap((name) => types[name][0])], path)
  return anyOf(names.map((name) => types[name][1](schema, place)))
}

function valuesExpression(
  schema: Schema,
  keyword: 'const' | 'enum',
  values: readonly unknown[],
  { path }: Place,
): string {
  allowOnly(schema, [keyword, 'type'], path)
  const wanted = schema.type === undefined ? undefined : typesOf(schema, path)
  const allowed = values.filter((value) => wanted?.some((type) => isOfType(value, type)) ?? true)
  if (allowed.length === 0) throw refused(`${path}.${keyword}`, "has no value of its 'type'")
  return anyOf(allowed.map((value) => literal(JSON.stringify(value))))
}

function isOfType(value: unknown, type: TypeName): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  return type === 'object' ? isSchema(value) : typeof value === type
}

function arrayExpression(schema: Schema, place: Place): string {
  const { least, most } = countsOf(schema, 'minItems', 'maxItems', place.path, limits.items)
  const item = expressionFor(schema.items ?? true, inside(place, 'items'))
  return `"[" ${commaList(addRule(place.grammar, item), least, most)} "]"`
}

function repetitionsIn(grammar: string): number {
  const bounds = grammar.matchAll(/\{(?<least>\d+)(?:,(?<most>\d*))?\}/g)
  return bounds.reduce((sum, { groups }) => sum + Number(groups?.most || groups?.least), 0)
}
