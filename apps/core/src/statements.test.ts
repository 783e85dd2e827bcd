import type {} from '@throughline/embedded/vitest-setup'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, type Database, Prisma } from './database.ts'

let database: Database
beforeAll(() => {
  const logger = pino({ level: 'silent' })
  database = createDatabase({ url: inject('postgresUrl'), poolSize: 2, logger })
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

test('a transaction is committed when its work is done, and leaves nothing when it throws', async () => {
  const { statements } = database
  await statements.run('make_marks', Prisma.sql`CREATE TEMPORARY TABLE marks (mark int)`)
  const marks = () => statements.run('read_marks', Prisma.sql`SELECT mark FROM marks ORDER BY mark`)
  const leave = (mark: number, err?: Error) =>
    statements.transaction(async ({ run }) => {
      await run('leave_mark', Prisma.sql`INSERT INTO marks VALUES (${mark})`)
      if (err) throw err
      return mark
    })
  expect(await leave(1)).toBe(1)
  await expect(leave(2, new Error('changed my mind'))).rejects.toThrow('changed my mind')
  expect(await leave(3)).toBe(3)
  expect(await marks()).toEqual([{ mark: 1 }, { mark: 3 }])
})

test('a transaction whose connection is lost fails, and the next one has another', async () => {
  const backend = Prisma.sql`SELECT pg_backend_pid() AS pid`
  const lost = database.statements.transaction(async ({ run }) => {
    const [{ pid } = { pid: 0 }] = await run<{ pid: number }>('backend', backend)
    await run('end_backend', Prisma.sql`SELECT pg_terminate_backend(${pid})`)
  })
  await expect(lost).rejects.toThrow()
  const alive = await database.statements.transaction(({ run }) => run('backend', backend))
  expect(alive).toHaveLength(1)
})

test('keeps only plans that stay right when a table grows, and compiles none', async () => {
  expect(await database.$queryRaw`SHOW enable_seqscan`).toEqual([{ enable_seqscan: 'off' }])
  expect(await database.$queryRaw`SHOW jit`).toEqual([{ jit: 'off' }])
})
