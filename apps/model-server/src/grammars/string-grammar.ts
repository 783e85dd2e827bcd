import { times } from './gbnf.ts'
import { patternGrammar } from './pattern-grammar.ts'
import { countsOf, refused, type Schema } from './schema.ts'

const maxLength = 2_000

export const stringKeywords = ['pattern', 'minLength', 'maxLength']

export function stringExpression(schema: Schema, path: string): string {
  const { pattern } = schema
  if (pattern === undefined) {
    const { least, most } = countsOf(schema, 'minLength', 'maxLength', path, maxLength)
    return `"\\"" character${times(least, most)} "\\""`
  }
  for (const keyword of ['minLength', 'maxLength']) {
    if (schema[keyword] === undefined) continue
    throw refused(`${path}.${keyword}`, "is not supported beside 'pattern'")
  }
  const inside = typeof pattern === 'string' ? patternGrammar(pattern) : undefined
  if (inside === undefined) throw refused(`${path}.pattern`, 'is not a pattern supported here')
  return `"\\"" ${inside} "\\""`
}
