import type {} from '@throughline/embedded/vitest-setup'
import { ServerError, Status } from 'nice-grpc'
import { pino } from 'pino'
import { afterEach, expect, inject, test } from 'vitest'
import { createDatabase, type Database, Prisma } from './database.ts'
import { DomainError, toServerError } from './errors.ts'

const databases: Database[] = []
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.$disconnect()))
})

function open(url: string, poolSize = 2): Database {
  const database = createDatabase({ url, poolSize, logger: pino({ level: 'silent' }) })
  databases.push(database)
  return database
}

const thrownBy = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it did not throw'),
    (thrown: unknown) => thrown,
  )

test.each([
  ['invalid_argument', Status.INVALID_ARGUMENT],
  ['not_found', Status.NOT_FOUND],
  ['failed_precondition', Status.FAILED_PRECONDITION],
  ['resource_exhausted', Status.RESOURCE_EXHAUSTED],
] as const)('tells the caller of %s in its own words', (code, status) => {
  const error = toServerError(new DomainError(code, 'in plain words'))
  expect(error).toMatchObject({ code: status, details: 'in plain words' })
})

test.each([
  ['an error', new Error('password is hunter2')],
  ['a string', 'password is hunter2'],
  ['nothing', undefined],
  ['an object', { password: 'hunter2' }],
])('shows nothing of %s that nobody foresaw', (_, thrown) => {
  expect(toServerError(thrown)).toMatchObject({ code: Status.INTERNAL, details: 'Internal error' })
})

test('leaves a status as it is', () => {
  const error = new ServerError(Status.RESOURCE_EXHAUSTED, 'too much')
  expect(toServerError(error)).toBe(error)
})

test('calls an abort a cancellation', () => {
  expect(toServerError(AbortSignal.abort().reason)).toMatchObject({ code: Status.CANCELLED })
})

test.each([
  ['an operation', (database: Database) => database.tenant.findMany()],
  ['a raw query', (database: Database) => database.$queryRaw`SELECT 1`],
  ['a statement', (database: Database) => database.statements.run('one', Prisma.sql`SELECT 1`)],
  ['a transaction', (database: Database) => database.$transaction((tx) => tx.tenant.count())],
])('calls a database that is away unavailable, for %s', async (_, use) => {
  const away = open('postgresql://core@127.0.0.1:1/core')
  expect(toServerError(await thrownBy(use(away)))).toMatchObject({
    code: Status.UNAVAILABLE,
    details: 'The database does not answer',
  })
})

test('calls a statement that takes too long unavailable', async () => {
  const database = open(inject('postgresUrl'))
  const slow = database.$transaction([
    database.$executeRaw`SET LOCAL statement_timeout = 20`,
    database.$executeRaw`SELECT pg_sleep(5)`,
  ])
  expect(toServerError(await thrownBy(slow))).toMatchObject({ code: Status.UNAVAILABLE })
})

test('calls a connection that breaks unavailable', async () => {
  const database = open(inject('postgresUrl'))
  const suicide = Prisma.sql`SELECT pg_terminate_backend(pg_backend_pid())`
  const ends = [
    () => database.$executeRaw(suicide),
    () => database.statements.run('suicide', suicide),
  ]
  for (const end of ends) {
    expect(toServerError(await thrownBy(end()))).toMatchObject({ code: Status.UNAVAILABLE })
  }
})

test('calls the rest of a transaction whose connection broke unavailable', async () => {
  const database = open(inject('postgresUrl'))
  const broken = database.statements.transaction(async ({ run }) => {
    await thrownBy(run('end_connection', Prisma.sql`SELECT pg_terminate_backend(pg_backend_pid())`))
    await run('next', Prisma.sql`SELECT 1`)
  })
  expect(toServerError(await thrownBy(broken))).toMatchObject({ code: Status.UNAVAILABLE })
})

test('calls a database that only lets read unavailable', async () => {
  const database = open(inject('postgresUrl'))
  const [readOnly, write] = [
    Prisma.sql`SET TRANSACTION READ ONLY`,
    Prisma.sql`CREATE TABLE never (id INT)`,
  ]
  const writes = [
    () => database.$transaction([database.$executeRaw(readOnly), database.$executeRaw(write)]),
    () =>
      database.statements.transaction(async ({ run }) => {
        await run('read_only', readOnly)
        await run('write', write)
      }),
  ]
  for (const attempt of writes) {
    expect(toServerError(await thrownBy(attempt()))).toMatchObject({ code: Status.UNAVAILABLE })
  }
})

test('calls a mistake in our own SQL internal', async () => {
  const database = open(inject('postgresUrl'))
  const mistake = Prisma.sql`SELECT no_such_column`
  const queries = [
    () => database.$queryRaw(mistake),
    () => database.statements.run('mistake', mistake),
  ]
  for (const query of queries) {
    expect(toServerError(await thrownBy(query()))).toMatchObject({ code: Status.INTERNAL })
  }
})
