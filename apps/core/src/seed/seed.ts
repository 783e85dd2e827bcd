// Fills a migrated database with tenants, keys that everybody knows, and listings, to try the system on: never one that
// is in earnest. Running it again restores what it wrote, and the age of every listing with it: the seeds say how many
// days ago a thing was listed, not when.
import { Client } from 'pg'
import { keyHash } from '../tenants/key-hash.ts'
import { demoTenants } from './demo-keys.ts'
import { makeListings } from './make-listings.ts'

export { acmeKey, bazaarKey, demoKey } from './demo-keys.ts'
export { listingCategories } from './vocabulary.ts'

const connectTimeoutMs = 5_000
const statementTimeoutMs = 30_000

export async function seed(databaseUrl: string): Promise<{ listings: number; tenants: number }> {
  const listings = makeListings()
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'throughline-seed',
  })
  // The query in flight hears of a connection that breaks; unheard, the event itself would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(insertTenants, [JSON.stringify(demoTenants)])
    await client.query(insertKeys, [JSON.stringify(demoTenants.map(toKeyRow))])
    await client.query(insertListings, [JSON.stringify(listings)])
    await client.query('COMMIT')
  } finally {
    // Without a COMMIT, ending the session rolls back.
    await client.end()
  }
  return { listings: listings.length, tenants: demoTenants.length }
}

function toKeyRow({ id, key, trusted, requestsPerMinute }: (typeof demoTenants)[number]) {
  return { hash: keyHash(key), tenantId: id, trusted, requestsPerMinute }
}

const insertTenants = `
  INSERT INTO tenants (id, name)
  SELECT id, name FROM jsonb_to_recordset($1::jsonb) AS t(id text, name text)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name`

const insertKeys = `
  INSERT INTO api_keys (hash, tenant_id, trusted, requests_per_minute)
  SELECT hash, "tenantId", trusted, "requestsPerMinute"
  FROM jsonb_to_recordset($1::jsonb)
    AS k(hash text, "tenantId" text, trusted boolean, "requestsPerMinute" integer)
  ON CONFLICT (hash) DO UPDATE
    SET trusted = excluded.trusted, requests_per_minute = excluded.requests_per_minute`

const insertListings = `
  INSERT INTO listings (id, title, description, category, condition, price_cents, listed_at)
  SELECT id, title, description, category, condition, "priceCents",
    date_trunc('day', now()) - make_interval(days => "daysListed")
  FROM jsonb_to_recordset($1::jsonb)
    AS l(id text, title text, description text, category text, condition listing_condition,
      "priceCents" integer, "daysListed" integer)
  ON CONFLICT (id) DO UPDATE
    SET title = excluded.title, description = excluded.description, category = excluded.category,
      condition = excluded.condition, price_cents = excluded.price_cents, listed_at = excluded.listed_at`
