// `anyOf` and `oneOf`: written where they stand, judged when the whole schema is known to be within its limits.
import { maxLeaves } from './compare-schemas.ts'
import { anyOf } from './gbnf.ts'
import type { Grammar, Place } from './place.ts'
import { allowOnly, listOf, refused, type Schema } from './schema.ts'

const maxWays = maxLeaves
/** Of a whole schema: their branches are compared. */
const maxChoices = 256

export function choiceExpression(schema: Schema, keyword: 'anyOf' | 'oneOf', place: Place): string {
  const { grammar, ways } = place
  allowOnly(schema, [keyword], place.path)
  const branches = listOf(schema, keyword, place.path, maxWays)
  const path = `${place.path}.${keyword}`
  if (grammar.choices.length >= maxChoices) throw refused(path, 'is one choice too many')
  grammar.choices.push({ keyword, branches, path })
  const { divergeEarly, leavesOf } = grammar.comparison
  const depth = place.depth + 1
  const expressions = branches.map((branch, index) => {
    // Those that diverge early do not add up: what follows is read in the way of one of them.
    const alike = branches.filter((other) => other === branch || !divergeEarly(branch, other))
    const step = { path: `${path}.${index}`, depth, ways: ways * alike.length }
    if (step.ways > maxWays) throw tooManyWays(path)
    return grammar.write(branch, { ...place, ...step })
  })
  if (leavesOf(branches) === undefined) throw tooManyWays(path)
  return anyOf(expressions)
}

export function checkChoices({ choices, references, comparison }: Grammar): void {
  for (const { keyword, branches, path } of choices) {
    // What fits two branches of a oneOf is not valid at all, and a grammar cannot exclude it.
    if (keyword === 'oneOf' && !comparison.areDisjoint(branches)) {
      throw refused(path, 'is supported only if no value fits two of its schemas; anyOf may do')
    }
  }
  // Through a reference that leads back to itself the ways may grow without end: they are counted until they do not.
  const waysTo = new Map([...references.values()].map((reference) => [reference, 1]))
  for (let grows = true; grows; ) {
    grows = false
    for (const reference of references.values()) {
      for (const { within, ways, path } of reference.uses) {
        const all = ways * ((within && waysTo.get(within)) ?? 1)
        if (all > maxWays) throw tooManyWays(path)
        if (all <= (waysTo.get(reference) ?? 1)) continue
        waysTo.set(reference, all)
        grows = true
      }
    }
  }
}

function tooManyWays(path: string) {
  return refused(
    path,
    `may be read in more than ${maxWays} ways: give branches a telling first key`,
  )
}
