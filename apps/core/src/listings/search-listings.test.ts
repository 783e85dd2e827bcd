import { ListingCondition } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCore, type TestCore } from '../testing/core.ts'

let core: TestCore
beforeAll(async () => {
  core = await startCore()
})
afterAll(() => core.stop())

const search = (request: { query: string; category?: string; [field: string]: unknown }) =>
  core.listings.searchListings({ tenantId: 'demo', pageSize: 100, ...request })

async function allPages(query: string, pageSize: number): Promise<string[]> {
  const ids: string[] = []
  let pageToken = ''
  do {
    const page = await search({ query, pageSize, pageToken })
    ids.push(...page.listings.map(({ id }) => id))
    pageToken = page.nextPageToken
  } while (pageToken)
  return ids
}

test('finds listings by words of the title, in any form', async () => {
  const { listings } = await search({ query: 'bikes' })
  expect(listings.length).toBeGreaterThan(5)
  for (const { title } of listings) expect(title).toMatch(/bike/)
})

test('ranks a word in the title above the same word in a description', async () => {
  const at = new Date('2026-01-01')
  const common = { category: 'audio', condition: 'good', priceCents: 100, listedAt: at } as const
  await core.database.listing.createMany({
    data: [
      { ...common, id: 'rank_b', title: 'Zither', description: 'Strings.' },
      { ...common, id: 'rank_a', title: 'Harp', description: 'Played like a zither.' },
    ],
  })
  const { listings } = await search({ query: 'zither' })
  expect(listings.map(({ id }) => id)).toEqual(['rank_b', 'rank_a'])
  await core.database.listing.deleteMany({ where: { id: { startsWith: 'rank_' } } })
})

test('gives every fact of a listing', async () => {
  const listedAt = new Date(Date.now() - 12.5 * 24 * 60 * 60 * 1_000)
  await core.database.listing.create({
    data: {
      id: 'fact',
      title: 'Sextant',
      description: 'Brass.',
      category: 'tools',
      condition: 'worn',
      priceCents: 12_300,
      listedAt,
    },
  })
  const { listings } = await search({ query: 'sextant' })
  expect(listings).toEqual([
    {
      id: 'fact',
      title: 'Sextant',
      description: 'Brass.',
      category: 'tools',
      condition: ListingCondition.WORN,
      priceCents: 12_300,
      daysListed: 12,
    },
  ])
})

test('pages without skipping or repeating, whatever the size of a page', async () => {
  const whole = await allPages('selling OR collection OR shipped', 100)
  expect(whole.length).toBeGreaterThan(200)
  expect(new Set(whole).size).toBe(whole.length)
  expect(await allPages('selling OR collection OR shipped', 7)).toEqual(whole)
})

test('keeps its place when rows before it disappear', async () => {
  const first = await search({ query: 'guitar', pageSize: 2 })
  const expected = await search({ query: 'guitar', pageSize: 2, pageToken: first.nextPageToken })
  await core.database.listing.deleteMany({ where: { id: first.listings[0]?.id } })
  const second = await search({ query: 'guitar', pageSize: 2, pageToken: first.nextPageToken })
  expect(second).toEqual(expected)
})

test('filters by category and by price, and by both', async () => {
  const { listings } = await search({ query: 'black', category: 'bikes', maxPriceCents: 100_000 })
  expect(listings.length).toBeGreaterThan(0)
  for (const listing of listings) {
    expect(listing.category).toBe('bikes')
    expect(listing.priceCents).toBeLessThanOrEqual(100_000)
  }
  const unfiltered = await search({ query: 'black' })
  expect(unfiltered.listings.length).toBeGreaterThan(listings.length)
})

test.each([
  ["'; DROP TABLE listings; --"],
  ['"unbalanced quotation'],
  ['((((|||&&&!!!:*<->'],
  ['the of and'],
  ['-'],
  ['%_\\'],
  ['💡 \u{10FFFF} \u0301'],
  ['a'.repeat(200)],
  ['or '.repeat(60)],
])('answers the hostile query %j', async (query) => {
  const { listings } = await search({ query })
  expect(listings.length).toBeLessThanOrEqual(100)
})

test.each([
  ['query', { query: '' }],
  ['query', { query: 'nul\0byte' }],
  ['query', { query: 'x'.repeat(201) }],
  ['category', { query: 'bike', category: 'x'.repeat(41) }],
  ['max_price_cents', { query: 'bike', maxPriceCents: -1 }],
  ['page_size', { query: 'bike', pageSize: 101 }],
  ['page_size', { query: 'bike', pageSize: -1 }],
  ['page_token', { query: 'bike', pageToken: 'rubbish' }],
  ['page_token', { query: 'bike', pageToken: Buffer.from('["a",2,"x"]').toString('base64url') }],
  ['tenant_id', { query: 'bike', tenantId: '' }],
])('refuses a bad %s by its name: %j', async (field, request) => {
  await expect(search(request)).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringContaining(`${field}: `),
  })
})

test('refuses a page token of another search', async () => {
  const { nextPageToken } = await search({ query: 'bike', pageSize: 1 })
  await expect(search({ query: 'table', pageToken: nextPageToken })).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: 'page_token: belongs to another search',
  })
})

test('gives twenty listings when no page size is asked for', async () => {
  const { listings } = await search({ query: 'black OR white', pageSize: 0 })
  expect(listings).toHaveLength(20)
})
