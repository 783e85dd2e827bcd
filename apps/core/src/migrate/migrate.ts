// Applies prisma/migrations without Prisma's schema engine, which has to be downloaded. The books are Prisma's own
// (`_prisma_migrations`: same columns, checksums and lock), so that `prisma migrate deploy` agrees with every row.
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'

/** The advisory lock of Prisma's engine: whoever migrates, one at a time. */
export const migrationLock = 72_707_369
const lockTimeoutMs = 10_000
const connectTimeoutMs = 5_000

const ownMigrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

/** Its message is a whole sentence for the person who has to act on it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** Brings the database up to date and returns the names of the migrations it applied. */
export async function migrate(
  databaseUrl: string,
  migrationsFolder: string = ownMigrations,
): Promise<string[]> {
  const migrations = await readMigrations(migrationsFolder)
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'throughline-migrate',
  })
  // The query in flight hears of a connection that breaks; unheard, the event itself would end the process.
  client.on('error', () => {})
  await connect(client)
  try {
    await takeLock(client)
    await client.query(createMigrationsTable)
    const pending = await pendingMigrations(client, migrations)
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  } finally {
    // Ending the session releases the lock.
    await client.end()
  }
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(`${folder}/${name}/migration.sql`)
      const checksum = createHash('sha256').update(bytes).digest('hex')
      return { name, sql: bytes.toString('utf8'), checksum }
    }),
  )
}

async function connect(client: Client): Promise<void> {
  try {
    await client.connect()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationError(`PostgreSQL at ${client.host}:${client.port}: ${reason}`, { cause })
  }
}

async function takeLock(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = ${lockTimeoutMs}`)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
  } catch (cause) {
    throw new MigrationError(
      `Another process has been migrating this database for more than ${lockTimeoutMs / 1_000} s; wait for it or end it.`,
      { cause },
    )
  }
}

interface AppliedMigration {
  readonly name: string
  readonly checksum: string
  readonly finished: boolean
  readonly logs: string | null
}

async function pendingMigrations(
  client: Client,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished, logs
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  )
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const applied of rows) refuseUnsound(applied, known.get(applied.name))
  const appliedNames = new Set(rows.map(({ name }) => name))
  return migrations.filter(({ name }) => !appliedNames.has(name))
}

function refuseUnsound(applied: AppliedMigration, migration: Migration | undefined): void {
  const { name } = applied
  if (!applied.finished) {
    const why = applied.logs === null ? 'it was interrupted' : firstLine(applied.logs)
    throw new MigrationError(
      `Migration ${name} did not finish (${why}). Correct it, run \`prisma migrate resolve --rolled-back ${name}\`, and migrate again.`,
    )
  }
  if (migration === undefined) {
    throw new MigrationError(
      `The database has migration ${name}, which this version does not know: it belongs to a newer version.`,
    )
  }
  if (migration.checksum !== applied.checksum) {
    throw new MigrationError(
      `Migration ${name} was edited after it had been applied. Restore the file and put the change into a new migration.`,
    )
  }
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID()
  await client.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)',
    [id, checksum, name],
  )
  const markFinished = `
    UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1
    WHERE id = '${id}'`
  try {
    // One simple query: no one has to split the file at semicolons, and Postgres runs it as one transaction with its
    // mark, so that a migration is never applied and called unfinished. What refuses to be part of a transaction,
    // CREATE INDEX CONCURRENTLY for one, has no place in a file. The line break ends a comment that ends the file.
    await client.query(`${sql}\n;${markFinished}`)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    await client
      .query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, message])
      // If the connection broke, nothing can be noted, and what broke it is the better thing to say.
      .catch(() => {})
    throw new MigrationError(`Migration ${name} failed: ${firstLine(message)}`, { cause })
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

const createMigrationsTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`
