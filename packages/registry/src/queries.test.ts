import { expect, test } from 'vitest'
import { loadRegistry } from './load-registry.ts'

test.each(loadRegistry().spans)('the search for $id can find it', (span) => {
  const { attributes, names, emitters, query } = span
  for (const word of query.split(' ')) {
    const [key = '', value] = word.split('=', 2)
    const isKnown =
      value === undefined
        ? word === 'status:error' ||
          emitters.some((each) => word === `service:${each}`) ||
          names.some((name) => name.includes(word) || hasPlaceholder(span.placeholders, word))
        : attributes.get(key)?.values?.includes(value) !== false && attributes.has(key)
    expect([word, isKnown]).toEqual([word, true])
  }
})

/** `prisma:client:commit_transaction` of `prisma:client:{step}`. */
function hasPlaceholder(placeholders: ReadonlyMap<string, readonly string[]>, word: string) {
  return [...placeholders.values()].flat().some((value) => word.endsWith(value))
}
