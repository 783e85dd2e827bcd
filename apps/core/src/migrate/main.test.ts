// The program itself, as a deployment runs it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type {} from '@throughline/embedded/vitest-setup'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { demoTenants } from '../seed/demo-keys.ts'
import { emptyDatabase, type TestDatabase } from '../testing/database.ts'
import { migrationLock } from './migrate.ts'

let database: TestDatabase
let client: Client
beforeEach(async () => {
  database = await emptyDatabase(inject('postgresUrl'))
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await database.drop()
})

function start(env: Readonly<Record<string, string>> = {}) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = spawn(process.execPath, ['-C', '@throughline/source', main], {
    env: { DATABASE_URL: database.url, ...env },
    stdio: 'ignore',
  })
  return { child, exited: once(child, 'exit').then(([code]) => code) }
}

test.each([
  ['leaves a database in earnest without keys that everybody knows', {}, 0],
  ['fills the database of a demo', { DEMO: 'true' }, demoTenants.length],
])('%s', async (_, env, keys) => {
  expect(await start(env).exited).toBe(0)
  expect((await client.query('SELECT FROM api_keys')).rowCount).toBe(keys)
})

test('fails when it is stopped before the database is ready', async () => {
  await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
  const { child, exited } = start()
  await expect
    .poll(async () => {
      const { rowCount } = await client.query(`
        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE NOT granted AND datname = current_database()`)
      return rowCount
    })
    .toBe(1)
  child.kill('SIGTERM')
  expect(await exited).toBe(1)
})
