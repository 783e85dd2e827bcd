// `anyOf` and `oneOf`: written where they stand, compared when the whole schema is known to be within its limits.
import { compareSchemas } from './compare-schemas.ts'
import { anyOf } from './gbnf.ts'
import type { Grammar, Place } from './place.ts'
import { allowOnly, listOf, refused, type Schema } from './schema.ts'

/** Each is one more way to read the same beginning, which the engine follows for every token it might write. */
const maxBranches = 16

export function choiceExpression(schema: Schema, keyword: 'anyOf' | 'oneOf', place: Place): string {
  const { grammar } = place
  allowOnly(schema, [keyword], place.path)
  const branches = listOf(schema, keyword, place.path, maxBranches)
  const path = `${place.path}.${keyword}`
  grammar.choices.push({ keyword, branches, path })
  const depth = place.depth + 1
  return anyOf(
    branches.map((branch, index) =>
      grammar.write(branch, { ...place, path: `${path}.${index}`, depth }),
    ),
  )
}

export function checkChoices({ schema, choices }: Grammar): void {
  const { areDisjoint } = compareSchemas(schema)
  for (const { keyword, branches, path } of choices) {
    // What fits two branches of a oneOf is not valid at all, and a grammar cannot exclude it.
    if (keyword === 'oneOf' && !areDisjoint(branches)) {
      throw refused(path, 'is supported only if no value fits two of its schemas; anyOf may do')
    }
  }
}
