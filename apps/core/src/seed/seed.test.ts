import { maxPriceDollars } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../testing/database.ts'
import { makeListings } from './make-listings.ts'
import { acmeKey, bazaarKey, demoKey, listingCategories, seed } from './seed.ts'

let database: TestDatabase
let client: Client
beforeAll(async () => {
  // The template from which it is cloned was seeded once.
  database = await cloneDatabase(inject('postgresUrl'))
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

async function everyRow() {
  const read = async (table: string) =>
    (await client.query(`SELECT * FROM ${table} ORDER BY 1`)).rows
  return {
    tenants: await read('tenants'),
    keys: await read('api_keys'),
    listings: await read('listings'),
  }
}

test('makes the same listings every time', () => {
  expect(makeListings()).toEqual(makeListings())
})

test('makes listings that differ, in every category', () => {
  const listings = makeListings()
  expect(listings.length).toBeGreaterThanOrEqual(300)
  expect(listingCategories.length).toBeGreaterThanOrEqual(8)
  expect(new Set(listings.map(({ category }) => category))).toEqual(new Set(listingCategories))
  expect(new Set(listings.map(({ id }) => id)).size).toBe(listings.length)
  expect(new Set(listings.map(({ title }) => title)).size).toBe(listings.length)
})

test('asks whole dollars that fit into a prompt', () => {
  for (const { priceCents } of makeListings()) {
    expect(priceCents % 100).toBe(0)
    expect(priceCents).toBeGreaterThanOrEqual(1_000)
    expect(priceCents).toBeLessThanOrEqual(maxPriceDollars * 100)
  }
})

test('changes nothing when it runs again', async () => {
  const before = await everyRow()
  expect(await seed(database.url)).toEqual({ listings: before.listings.length, tenants: 3 })
  expect(await everyRow()).toEqual(before)
})

test('keeps keys as hashes only', async () => {
  const { keys } = await everyRow()
  expect(keys).toHaveLength(3)
  const everything = JSON.stringify(await everyRow())
  for (const key of [demoKey, acmeKey, bazaarKey]) expect(everything).not.toContain(key)
})

test('refuses a key that nobody hashed', async () => {
  const insert = client.query(
    "INSERT INTO api_keys (hash, tenant_id, requests_per_minute) VALUES ('tl_raw', 'demo', 1)",
  )
  await expect(insert).rejects.toThrow('api_keys_hash_check')
})
