// Whether an error means that the database is away or too busy, and not that we asked it something wrong.
import { DatabaseError } from 'pg'
import { z } from 'zod'
import { Prisma } from './database.ts'

export function isDatabaseUnavailable(thrown: unknown): boolean {
  if (thrown instanceof Prisma.PrismaClientKnownRequestError) {
    if (prismaCodes.has(thrown.code)) return true
    const { data } = metaSchema.safeParse(thrown.meta)
    const { kind, originalCode } = data?.driverAdapterError.cause ?? {}
    return adapterKinds.has(kind ?? '') || sqlStates.has(originalCode ?? '')
  }
  if (thrown instanceof DatabaseError) return sqlStates.has(thrown.code ?? '')
  // The driver's own errors come without a code, through Prisma and past it.
  return thrown instanceof Error && (driverMessages.has(thrown.message) || isSocketError(thrown))
}

function isSocketError(error: Error): boolean {
  return 'code' in error && socketCodes.has(String(error.code))
}

const socketCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
])

/** No connection in time, no transaction in time, a connection lost. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'])

/** Raw queries carry P2010 for every failure; the adapter's word for it is below. */
const adapterKinds = new Set([
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TooManyConnections',
])

const sqlStates = new Set([
  ...['53300', '53400'], // out of connections, out of configured resources
  ...['57014', '57P01', '57P02', '57P03'], // statement timeout, shutting down, crashed, starting up
  ...['55P03', '40P01', '25P03'], // lock timeout, deadlock, idle in transaction
  '25006', // read only: after a failover, the server of before
])

const driverMessages = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
])

const metaSchema = z.object({
  driverAdapterError: z.object({
    cause: z.object({ kind: z.string(), originalCode: z.string().optional() }),
  }),
})
