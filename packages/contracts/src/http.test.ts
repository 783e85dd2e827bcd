import { expect, test } from 'vitest'
import { negotiateRequestSchema, searchRequestSchema } from './http.ts'

const search = (body: unknown) => searchRequestSchema.safeParse(body)

test('fills in the page size of a search', () => {
  expect(search({ query: ' camera ' }).data).toEqual({ query: 'camera', pageSize: 20 })
})

test.each([
  ['NUL', { query: 'a\0b' }],
  ['a lone surrogate', { query: 'a\ud800' }],
  ['only spaces', { query: '   ' }],
  ['an unknown key', { query: 'a', colour: 'red' }],
  ['a fraction of a page', { query: 'a', pageSize: 1.5 }],
  ['a page of everything', { query: 'a', pageSize: 1e9 }],
])('refuses a search with %s', (_, body) => {
  expect(search(body).success).toBe(false)
})

test.each([0, -1, 1.5, 1e300, Number.NaN, '100'])('refuses a budget of %s', (budgetCents) => {
  const result = negotiateRequestSchema.safeParse({ listingId: 'lst_1', budgetCents })
  expect(new Set(result.error?.issues.map(({ path }) => path.join()))).toEqual(
    new Set(['budgetCents']),
  )
})
