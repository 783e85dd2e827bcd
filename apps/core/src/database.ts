// The pool behind every query, with a bound on each way to wait for it.
import { PrismaPg } from '@prisma/adapter-pg'
import type { Logger } from 'pino'
import { PrismaClient } from './gen/prisma/client.ts'

export type Database = PrismaClient
export { Prisma } from './gen/prisma/client.ts'

export interface DatabaseOptions {
  readonly url: string
  readonly poolSize: number
  readonly logger: Logger
}

const connectTimeoutMs = 2_000
const statementTimeoutMs = 5_000
/** Longer than the statement's, so that Postgres, which knows more, is the one that gives up. */
const queryTimeoutMs = statementTimeoutMs + 1_000
const idleInTransactionTimeoutMs = 10_000

export function createDatabase({ url, poolSize, logger }: DatabaseOptions): Database {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      query_timeout: queryTimeoutMs,
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      keepAlive: true,
      application_name: 'throughline-core',
    },
    {
      // A connection that breaks while idle is replaced by the pool; the caller of a query in flight hears of it there.
      onPoolError: (err) => logger.warn({ err }, 'idle database connection lost'),
      onConnectionError: (err) => logger.warn({ err }, 'database connection lost'),
    },
  )
  return new PrismaClient({ adapter, errorFormat: 'minimal' })
}
