import type { Place, Reference } from './place.ts'
import { allowOnly, lookUp, refused, type Schema } from './schema.ts'

const maxReferences = 64

/** Each definition becomes a rule, so that one may contain itself. */
export function referenceExpression(schema: Schema, place: Place): string {
  const { grammar, path, beginning, within, ways } = place
  allowOnly(schema, ['$ref'], path)
  const { $ref: name } = schema
  if (typeof name !== 'string') throw refused(`${path}.$ref`, 'must be a text')
  const known = grammar.references.get(name)
  const reference = known ?? { rule: `ref-${grammar.references.size}`, begins: new Set(), uses: [] }
  reference.uses.push({ within, ways, path })
  if (beginning !== undefined) {
    beginning.begins.add(reference)
    // The engine cannot read a rule that begins with itself, and there is no such JSON.
    if (mayBegin(reference, beginning)) throw refused(`${path}.$ref`, 'leads back to itself')
  }
  if (known !== undefined) return known.rule
  const target = lookUp(grammar.schema, name)
  if (target === undefined) throw refused(`${path}.$ref`, 'is not a definition in this schema')
  if (grammar.references.size >= maxReferences) throw refused(path, 'refers to too much')
  grammar.references.set(name, reference)
  const start = { grammar, path: `${path}.$ref`, depth: 0, ways: 1 }
  const expression = grammar.write(target, { ...start, within: reference, beginning: reference })
  grammar.rules.push(`${reference.rule} ::= ${expression}\n`)
  return reference.rule
}

function mayBegin(reference: Reference, wanted: Reference, seen = new Set<Reference>()): boolean {
  if (reference === wanted) return true
  if (seen.has(reference)) return false
  seen.add(reference)
  return [...reference.begins].some((next) => mayBegin(next, wanted, seen))
}
