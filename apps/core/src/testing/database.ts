// A database of its own for each suite: migrated and seeded once, as a template, and cloned from there.
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { migrate } from '../migrate/migrate.ts'
import { seed } from '../seed/seed.ts'

const templateName = 'throughline_core_template'
/** Any number: whoever holds it makes the template. */
const templateLock = 7_114_511

export interface TestDatabase {
  readonly url: string
  readonly drop: () => Promise<void>
}

/** Migrated and seeded. */
export async function cloneDatabase(serverUrl: string): Promise<TestDatabase> {
  await withAdmin(serverUrl, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [templateLock])
    if (!(await templateExists(admin))) await makeTemplate(admin, serverUrl)
  })
  return createDatabase(serverUrl, `TEMPLATE ${templateName}`)
}

/** Without a single table. */
export function emptyDatabase(serverUrl: string): Promise<TestDatabase> {
  return createDatabase(serverUrl, 'TEMPLATE template0')
}

async function createDatabase(serverUrl: string, template: string): Promise<TestDatabase> {
  const name = `core_${randomUUID().replaceAll('-', '')}`
  await withAdmin(serverUrl, (admin) => admin.query(`CREATE DATABASE ${name} ${template}`))
  return {
    url: databaseUrl(serverUrl, name),
    drop: () =>
      withAdmin(serverUrl, async (admin) => {
        await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      }),
  }
}

async function templateExists(admin: Client): Promise<boolean> {
  const { rowCount } = await admin.query(
    'SELECT FROM pg_database WHERE datname = $1 AND datistemplate',
    [templateName],
  )
  return rowCount === 1
}

async function makeTemplate(admin: Client, serverUrl: string): Promise<void> {
  // A run that was killed while making it left it unmarked.
  await admin.query(`DROP DATABASE IF EXISTS ${templateName}`)
  await admin.query(`CREATE DATABASE ${templateName}`)
  const url = databaseUrl(serverUrl, templateName)
  await migrate(url)
  await seed(url)
  await admin.query(`ALTER DATABASE ${templateName} IS_TEMPLATE true`)
}

async function withAdmin<Result>(
  serverUrl: string,
  use: (admin: Client) => Promise<Result>,
): Promise<Result> {
  const admin = new Client({ connectionString: serverUrl })
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.end()
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
