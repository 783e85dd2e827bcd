// JSON schema → GBNF, for the part of JSON schema that structured answers use. The grammar admits compact JSON with the
// keys in the schema's order, and nothing after it. It may admit less than the schema does, never more: what it cannot
// hold, it refuses.
import { areDisjoint } from './disjoint-schemas.ts'
import { anyOf, commaList, jsonRules, literal, members } from './gbnf.ts'
import { numberExpression } from './number-grammar.ts'
import {
  allowOnly,
  countsOf,
  isSchema,
  listOf,
  lookUp,
  refused,
  type Schema,
  type TypeName,
  typesOf,
} from './schema.ts'
import { stringExpression } from './string-grammar.ts'

const limits = {
  depth: 16,
  properties: 64,
  values: 128,
  /** Each is one more way to read the same beginning, which the engine follows for every token it might write. */
  branches: 16,
  references: 64,
  items: 256,
  /** The engine unrolls repetitions: all of a schema together may not fill its memory. */
  repetitions: 16_384,
  grammarLength: 32_768,
}

/** `path` is where the schema stands in the request, to name what is refused. */
export function jsonSchemaGrammar(schema: Schema, path: string): string {
  const grammar: Grammar = { schema, rules: [], references: new Map() }
  const root = expressionFor(schema, { grammar, path, depth: 0 })
  const text = [`root ::= ${root}\n`, ...grammar.rules, jsonRules].join('')
  if (text.length > limits.grammarLength || repetitionsIn(text) > limits.repetitions) {
    throw refused(path, 'the schema is too large')
  }
  return text
}

interface Grammar {
  readonly schema: Schema
  readonly rules: string[]
  readonly references: Map<string, Reference>
}

/** What a `$ref` stands for. */
interface Reference {
  readonly rule: string
  /** The references that it may begin with. */
  readonly begins: Set<Reference>
}

interface Place {
  readonly grammar: Grammar
  readonly path: string
  readonly depth: number
  /** The reference whose first character is written here. */
  readonly beginning?: Reference
}

const types: Readonly<
  Record<TypeName, readonly [keywords: readonly string[], typeof objectExpression]>
> = {
  object: [['properties', 'required', 'additionalProperties', 'propertyNames'], objectExpression],
  array: [['items', 'minItems', 'maxItems'], arrayExpression],
  string: [
    ['pattern', 'minLength', 'maxLength'],
    (schema, { path }) => stringExpression(schema, path),
  ],
  number: [
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
    (schema, { path }) => numberExpression(schema, 'number', path),
  ],
  integer: [
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
    (schema, { path }) => numberExpression(schema, 'integer', path),
  ],
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

/** Each definition becomes a rule, so that one may contain itself. */
function referenceExpression(schema: Schema, { grammar, path, beginning }: Place): string {
  allowOnly(schema, ['$ref'], path)
  const { $ref: name } = schema
  const known = grammar.references.get(String(name))
  const reference = known ?? { rule: `ref-${grammar.references.size}`, begins: new Set() }
  if (beginning !== undefined) {
    beginning.begins.add(reference)
    // The engine cannot read a rule that begins with itself, and there is no such JSON.
    if (mayBegin(reference, beginning)) throw refused(`${path}.$ref`, 'leads back to itself')
  }
  if (known !== undefined) return known.rule
  const target = typeof name === 'string' ? lookUp(grammar.schema, name) : undefined
  if (target === undefined) throw refused(`${path}.$ref`, 'is not a definition in this schema')
  if (grammar.references.size >= limits.references) throw refused(path, 'refers to too much')
  grammar.references.set(String(name), reference)
  const place = { grammar, path: `${path}.$ref`, depth: 0, beginning: reference }
  grammar.rules.push(`${reference.rule} ::= ${expressionFor(target, place)}\n`)
  return reference.rule
}

function mayBegin(reference: Reference, wanted: Reference, seen = new Set<Reference>()): boolean {
  if (reference === wanted) return true
  if (seen.has(reference)) return false
  seen.add(reference)
  return [...reference.begins].some((next) => mayBegin(next, wanted, seen))
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

function choiceExpression(schema: Schema, keyword: 'anyOf' | 'oneOf', place: Place): string {
  allowOnly(schema, [keyword], place.path)
  const branches = listOf(schema, keyword, place.path, limits.branches)
  const path = `${place.path}.${keyword}`
  // What fits two branches of a oneOf is not valid at all, and a grammar cannot exclude it.
  if (keyword === 'oneOf' && !areDisjoint(branches, place.grammar.schema)) {
    throw refused(path, 'is supported only if no value fits two of its schemas; anyOf may do')
  }
  const depth = place.depth + 1
  return anyOf(
    branches.map((branch, index) =>
      expressionFor(branch, { ...place, path: `${path}.${index}`, depth }),
    ),
  )
}

function objectExpression(schema: Schema, place: Place): string {
  const { path, grammar } = place
  if (schema.properties === undefined) return recordExpression(schema, place)
  const { properties, required = [] } = schema
  if (!isSchema(properties)) throw refused(`${path}.properties`, 'must be an object')
  if (!Array.isArray(required)) throw refused(`${path}.required`, 'must be a list')
  if (schema.propertyNames !== undefined) {
    throw refused(`${path}.propertyNames`, "is not supported beside 'properties'")
  }
  const names = Object.keys(properties)
  if (names.length > limits.properties) throw refused(`${path}.properties`, 'holds too many')
  const unknown = required.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw refused(`${path}.required`, `lists ${JSON.stringify(unknown)}, which is no property`)
  }
  const list = names.map((name) => {
    const value = expressionFor(properties[name], inside(place, `properties.${name}`))
    const expression = `${literal(`${JSON.stringify(name)}:`)} ${value}`
    return { expression, required: required.includes(name) }
  })
  return `"{" ${members(list, (expression) => addRule(grammar, expression))} "}"`
}

/** Gives the expression a name. */
function addRule({ rules }: Grammar, expression: string): string {
  const rule = `part-${rules.length}`
  rules.push(`${rule} ::= ${expression}\n`)
  return rule
}

/** Any keys, with values of one kind. */
function recordExpression(schema: Schema, place: Place): string {
  const { path } = place
  const { additionalProperties = true, propertyNames = true } = schema
  if (schema.required !== undefined && String(schema.required) !== '') {
    throw refused(`${path}.required`, "needs 'properties'")
  }
  if (additionalProperties === false) return '"{}"'
  const key = isSchema(propertyNames) ? keyExpression(propertyNames, path) : 'string'
  const value = expressionFor(additionalProperties, inside(place, 'additionalProperties'))
  const pair = addRule(place.grammar, `${key} ":" ${value}`)
  return `"{" ${commaList(pair, 0, undefined)} "}"`
}

function keyExpression(schema: Schema, path: string): string {
  const place = `${path}.propertyNames`
  allowOnly(schema, ['type', ...types.string[0]], place)
  return stringExpression(schema, place)
}

function arrayExpression(schema: Schema, place: Place): string {
  const { least, most } = countsOf(schema, 'minItems', 'maxItems', place.path, limits.items)
  const item = expressionFor(schema.items ?? true, inside(place, 'items'))
  return `"[" ${commaList(addRule(place.grammar, item), least, most)} "]"`
}

function inside({ grammar, path, depth }: Place, step: string): Place {
  return { grammar, path: `${path}.${step}`, depth: depth + 1 }
}

function repetitionsIn(grammar: string): number {
  const bounds = grammar.matchAll(/\{(?<least>\d+)(?:,(?<most>\d*))?\}/g)
  return bounds.reduce((sum, { groups }) => sum + Number(groups?.most || groups?.least), 0)
}
