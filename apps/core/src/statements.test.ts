import type {} from '@throughline/embedded/vitest-setup'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, type Database, Prisma } from './database.ts'

let database: Database
beforeAll(() => {
  const logger = pino({ level: 'silent' })
  database = createDatabase({ url: inject('postgresUrl'), poolSize: 1, logger })
})
afterAll(() => database.$disconnect())

test('plans a statement once, whatever its values', async () => {
  for (const value of [1, 2, 3]) {
    const rows = await database.statements.run('a_value', Prisma.sql`SELECT ${value}::int AS value`)
    expect(rows).toEqual([{ value }])
  }
  const prepared = await database.$queryRaw`
    SELECT (generic_plans + custom_plans)::int AS runs FROM pg_prepared_statements WHERE name = 'a_value'`
  expect(prepared).toEqual([{ runs: 3 }])
})

test('refuses a name that stands for another text', async () => {
  await database.statements.run('twice', Prisma.sql`SELECT 1`)
  const other = database.statements.run('twice', Prisma.sql`SELECT 2`)
  await expect(other).rejects.toThrow('Prepared statements must be unique')
})

test('reads values as Prisma does', async () => {
  const everyType = Prisma.sql`
    SELECT 9007199254740993::bigint AS big, 7 AS small, '{"a": [1]}'::jsonb AS json, true AS yes,
      '2026-01-01T00:00Z'::timestamptz AS at, NULL AS nothing`
  expect(await database.statements.run('every_type', everyType)).toEqual(
    await database.$queryRaw(everyType),
  )
})

test('keeps only plans that stay right when a table grows', async () => {
  expect(await database.$queryRaw`SHOW enable_seqscan`).toEqual([{ enable_seqscan: 'off' }])
})
