// The pools behind every query, with a bound on each way to wait for one.
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Logger } from 'pino'
import { PrismaClient } from './gen/prisma/client.ts'
import { createStatements, type DatabaseStatements } from './statements.ts'

export type Database = PrismaClient & {
  readonly statements: DatabaseStatements
  /** By a connection that no request can take: what sends tasks on does not wait behind those that bring them. */
  readonly reserved: DatabaseStatements
}
export { Prisma } from './gen/prisma/client.ts'

export interface DatabaseOptions {
  readonly url: string
  /** Of all connections, the reserved one included: two at least. */
  readonly poolSize: number
  readonly logger: Logger
}

const connectTimeoutMs = 2_000
const statementTimeoutMs = 5_000
/** Longer than the statement's, so that Postgres, which knows more, is the one that gives up. */
const queryTimeoutMs = statementTimeoutMs + 1_000
const idleInTransactionTimeoutMs = 10_000

/**
 * A plan is kept for as long as its connection: made while a table was small, it must be right when it is large. And what
 * the planner knows of a table may be a minute old, a time in which the backlog can have grown from nothing. Where only a
 * sequential scan will do, its cost looks enormous, and would be taken for that of a query worth compiling: hence no JIT.
 *
 * This holds for every query of both pools. Postgres is told while it connects: a pooler of transactions in between, such
 * as PgBouncer, refuses that, and `options` in the URL would take its place.
 */
const onlyPlansThatScale = '-c enable_seqscan=off -c jit=off'

export function createDatabase({ url, poolSize, logger }: DatabaseOptions): Database {
  const pool = createPool(url, poolSize - 1, logger)
  const reserved = createPool(url, 1, logger)
  const adapter = new PrismaPg(pool, {
    onConnectionError: (err) => logger.warn({ err }, 'database connection lost'),
  })
  const client = new PrismaClient({ adapter, errorFormat: 'minimal' })
  const disconnect = client.$disconnect.bind(client)
  return Object.assign(client, {
    statements: createStatements(pool),
    reserved: createStatements(reserved),
    async $disconnect() {
      await disconnect()
      for (const each of [pool, reserved]) if (!each.ended) await each.end()
    },
  })
}

function createPool(connectionString: string, max: number, logger: Logger): pg.Pool {
  const pool = new pg.Pool({
    ...{ connectionString, max },
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    application_name: 'throughline-core',
    options: onlyPlansThatScale,
  })
  // A connection that breaks while idle is replaced by the pool; the caller of a query in flight hears of it there.
  pool.on('error', (err) => logger.warn({ err }, 'idle database connection lost'))
  return pool
}
