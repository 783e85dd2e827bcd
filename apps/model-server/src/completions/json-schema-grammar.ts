// JSON schema → GBNF, for the small part of JSON schema that a structured answer needs. The grammar admits compact JSON
// with the keys in the schema's order, and nothing after it. What it cannot hold, it refuses by the keyword's name.
import { ModelServerError } from '../errors.ts'
import { patternGrammar } from './pattern-grammar.ts'

type Schema = Readonly<Record<string, unknown>>

const limits = {
  depth: 8,
  properties: 64,
  enumValues: 128,
  stringLength: 2_000,
  grammarLength: 32_768,
}

/** `path` is where the schema stands in the request, to name what is refused. */
export function jsonSchemaGrammar(schema: Schema, path: string): string {
  const grammar = `root ::= ${expressionFor(schema, path, 0)}\n`
  if (grammar.length > limits.grammarLength) throw refused(path, 'the schema is too large')
  return grammar
}

/** Any JSON object. A string or a number may be long: the limit on tokens ends it. */
export const jsonGrammar = `root ::= object
value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" (pair ("," pair)*)? "}"
pair ::= string ":" value
array ::= "[" (value ("," value)*)? "]"
string ::= "\\"" ([^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\\""
number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,15})?
`

/** Keywords that say something to people only. */
const annotations = new Set([
  ...['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated'],
])

function expressionFor(schema: unknown, path: string, depth: number): string {
  if (!isSchema(schema)) throw refused(path, 'must be a schema object')
  if (depth > limits.depth) throw refused(path, `deeper than ${limits.depth} levels`)
  if (schema.const !== undefined) {
    allowOnly(schema, ['const', 'type'], path)
    return literal(JSON.stringify(schema.const))
  }
  if (schema.enum !== undefined) return enumExpression(schema, path)
  switch (schema.type) {
    case 'object':
      return objectExpression(schema, path, depth)
    case 'string':
      return stringExpression(schema, path)
    case 'boolean':
      allowOnly(schema, ['type'], path)
      return '("true" | "false")'
    case 'null':
      allowOnly(schema, ['type'], path)
      return '"null"'
    case undefined:
      // Names the keyword that stands in the place of a type, as `anyOf` or `$ref` would.
      allowOnly(schema, [], path)
      throw refused(path, "'type' is missing")
    default:
      throw refused(`${path}.type`, `${JSON.stringify(schema.type)} is not supported here`)
  }
}

function objectExpression(schema: Schema, path: string, depth: number): string {
  allowOnly(schema, ['type', 'properties', 'required', 'additionalProperties'], path)
  if (schema.additionalProperties !== false) {
    throw refused(`${path}.additionalProperties`, 'must be false')
  }
  const properties = schema.properties ?? {}
  if (!isSchema(properties)) throw refused(`${path}.properties`, 'must be an object')
  const names = Object.keys(properties)
  if (names.length > limits.properties) throw refused(`${path}.properties`, 'holds too many')
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : []
  const members = names.map((name) => {
    if (!required.includes(name)) throw refused(`${path}.required`, `must list '${name}'`)
    const value = expressionFor(properties[name], `${path}.properties.${name}`, depth + 1)
    return `${literal(`${JSON.stringify(name)}:`)} ${value}`
  })
  return `"{" ${members.map((member) => `${member} `).join('"," ')}"}"`
}

function enumExpression(schema: Schema, path: string): string {
  allowOnly(schema, ['enum', 'type'], path)
  const values: unknown = schema.enum
  if (!Array.isArray(values) || values.length === 0 || values.length > limits.enumValues) {
    throw refused(`${path}.enum`, `must list 1 to ${limits.enumValues} values`)
  }
  return `(${values.map((value) => literal(JSON.stringify(value))).join(' | ')})`
}

function stringExpression(schema: Schema, path: string): string {
  if (schema.pattern !== undefined) {
    allowOnly(schema, ['type', 'pattern'], path)
    const inside = typeof schema.pattern === 'string' ? patternGrammar(schema.pattern) : undefined
    if (inside === undefined) throw refused(`${path}.pattern`, 'is not a pattern supported here')
    return `"\\"" ${inside} "\\""`
  }
  allowOnly(schema, ['type', 'minLength', 'maxLength'], path)
  const shortest = lengthOf(schema, 'minLength', path) ?? 0
  const longest = lengthOf(schema, 'maxLength', path)
  if (longest !== undefined && shortest > longest) {
    throw refused(`${path}.minLength`, 'is above maxLength')
  }
  return `"\\"" ${character}{${shortest},${longest ?? ''}} "\\""`
}

/** One character of a JSON string; escapes count as the one character they stand for. */
const character = '([^"\\\\\\x00-\\x1F] | "\\\\" ["\\\\/bfnrt])'

function lengthOf(schema: Schema, keyword: string, path: string): number | undefined {
  const length = schema[keyword]
  if (length === undefined) return undefined
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0) {
    if (length <= limits.stringLength) return length
  }
  throw refused(`${path}.${keyword}`, `must be a whole number up to ${limits.stringLength}`)
}

function literal(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function allowOnly(schema: Schema, keywords: readonly string[], path: string): void {
  for (const keyword of Object.keys(schema)) {
    if (keywords.includes(keyword) || annotations.has(keyword)) continue
    throw refused(`${path}.${keyword}`, `'${keyword}' is not supported here`)
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(param: string, message: string): ModelServerError {
  return new ModelServerError('unsupported_value', `${param}: ${message}`, { param })
}
