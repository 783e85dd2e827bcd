import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {} from '@throughline/embedded/vitest-setup'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { emptyDatabase, type TestDatabase } from '../testing/database.ts'
import { MigrationError, migrate } from './migrate.ts'

const ownMigrations = join(import.meta.dirname, '../../prisma/migrations')

let database: TestDatabase
let folder: string
let client: Client
beforeEach(async () => {
  database = await emptyDatabase(inject('postgresUrl'))
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await database.drop()
  await rm(folder, { recursive: true })
})

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, 'migration.sql'), sql)
}

test('applies every migration once', async () => {
  const applied = await migrate(database.url)
  expect(applied.length).toBeGreaterThan(0)
  expect(await migrate(database.url)).toEqual([])
})

test('says which server it cannot use', async () => {
  const url = new URL(database.url)
  url.pathname = '/none'
  await expect(migrate(url.href)).rejects.toThrow(
    new MigrationError(`PostgreSQL at ${url.hostname}:${url.port}: database "none" does not exist`),
  )
})

test('keeps the books that Prisma keeps', async () => {
  await addMigration('1_init', 'CREATE TABLE things (id INT);')
  await migrate(database.url, folder)
  const { rows } = await client.query('SELECT * FROM _prisma_migrations')
  expect(rows).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      // sha256sum of the file
      checksum: '1fab0ba03907ca55d9a8df015cc18f0becc40fbbd883e424a93b6664e34d0eab',
      migration_name: '1_init',
      started_at: expect.any(Date),
      finished_at: expect.any(Date),
      rolled_back_at: null,
      logs: null,
      applied_steps_count: 1,
    },
  ])
})

test('applies only what is new, in the order of names', async () => {
  await addMigration('1_init', 'CREATE TABLE things (id INT);')
  await migrate(database.url, folder)
  await addMigration('3_last', 'ALTER TABLE things ADD b INT;')
  await addMigration('2_next', 'ALTER TABLE things ADD a INT;')
  expect(await migrate(database.url, folder)).toEqual(['2_next', '3_last'])
})

test('runs a file with function bodies, where semicolons do not end statements', async () => {
  await addMigration(
    '1_init',
    `CREATE FUNCTION one() RETURNS INT AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql;
     CREATE TABLE things (id INT DEFAULT one());`,
  )
  expect(await migrate(database.url, folder)).toEqual(['1_init'])
})

test('refuses a migration that was edited after it had been applied', async () => {
  await cp(ownMigrations, folder, { recursive: true })
  const [name = ''] = await migrate(database.url, folder)
  await appendFile(join(folder, name, 'migration.sql'), '-- one more word\n')
  await expect(migrate(database.url, folder)).rejects.toThrow(
    `Migration ${name} was edited after it had been applied.`,
  )
})

test('leaves nothing of a migration that fails, and refuses to go on after it', async () => {
  await addMigration('1_init', 'CREATE TABLE things (id INT); SELECT 1 / 0;')
  const failed = migrate(database.url, folder)
  await expect(failed).rejects.toThrow(MigrationError)
  await expect(failed).rejects.toThrow('Migration 1_init failed: division by zero')
  const { rows } = await client.query("SELECT to_regclass('things') AS things")
  expect(rows).toEqual([{ things: null }])
  await expect(migrate(database.url, folder)).rejects.toThrow(
    'Migration 1_init did not finish (division by zero).',
  )
})

test('applies a migration and writes it down together, or does neither', async () => {
  await addMigration(
    '1_init',
    `CREATE TABLE things (id INT);
     ALTER TABLE _prisma_migrations ADD CHECK (finished_at IS NULL) -- which refuses the mark`,
  )
  await expect(migrate(database.url, folder)).rejects.toThrow(MigrationError)
  const { rows } = await client.query("SELECT to_regclass('things') AS things")
  expect(rows).toEqual([{ things: null }])
})

test('says so when its connection breaks in the middle of a migration', async () => {
  await addMigration('1_init', 'SELECT pg_terminate_backend(pg_backend_pid());')
  await expect(migrate(database.url, folder)).rejects.toThrow('Migration 1_init failed: ')
  await expect(migrate(database.url, folder)).rejects.toThrow(
    'Migration 1_init did not finish (it was interrupted).',
  )
})

test('goes on when the failed migration was marked as rolled back', async () => {
  await addMigration('1_init', 'SELECT 1 / 0;')
  await expect(migrate(database.url, folder)).rejects.toThrow(MigrationError)
  await client.query('UPDATE _prisma_migrations SET rolled_back_at = now()')
  await writeFile(join(folder, '1_init', 'migration.sql'), 'SELECT 1;')
  expect(await migrate(database.url, folder)).toEqual(['1_init'])
})

test('refuses a database that is ahead of this version', async () => {
  await addMigration('1_init', 'SELECT 1;')
  await migrate(database.url, folder)
  await rm(join(folder, '1_init'), { recursive: true })
  await expect(migrate(database.url, folder)).rejects.toThrow(
    'The database has migration 1_init, which this version does not know',
  )
})

test('lets one of two that start together do the work', async () => {
  const both = await Promise.all([migrate(database.url), migrate(database.url)])
  expect(both.map(({ length }) => length > 0).sort()).toEqual([false, true])
})
