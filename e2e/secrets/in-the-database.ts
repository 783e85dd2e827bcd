// Secrets in tables, and tables that refuse a row and quote it.
import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { secrets } from './words.ts'

export const plantedListing = 'lst_planted'

/** Keys that work, a listing whose words reach prompts and answers, and two that make a query fail. */
export async function plantInDatabase(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await addKey(client, 'demo', secrets.trustedKey, true)
    await addKey(client, 'acme', secrets.strangeKey, false)
    for (const id of [plantedListing, secrets.sqlValue, secrets.refusedRow]) {
      await client.query(
        `INSERT INTO listings (id, title, description, category, condition, price_cents, listed_at)
         VALUES ($1, $2, $3, $4, 'good', 90000, now())`,
        [id, `A ${secrets.title} bicycle`, `It ${secrets.description}`, secrets.category],
      )
    }
    // PostgreSQL quotes the value in the message, and the row in the detail.
    await client.query(`
      CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM NEW.listing_id::integer;
        RETURN NEW;
      END $$;
      CREATE TRIGGER stumble BEFORE INSERT ON negotiations FOR EACH ROW
        WHEN (NEW.listing_id = '${secrets.sqlValue}') EXECUTE FUNCTION stumble();
      ALTER TABLE negotiations ADD CONSTRAINT refused CHECK (listing_id <> '${secrets.refusedRow}')`)
  } finally {
    await client.end()
  }
}

async function addKey(client: Client, tenant: string, key: string, trusted: boolean) {
  const hash = createHash('sha256').update(key).digest('hex')
  await client.query(
    'INSERT INTO api_keys (hash, tenant_id, trusted, requests_per_minute) VALUES ($1, $2, $3, 6000)',
    [hash, tenant, trusted],
  )
}
