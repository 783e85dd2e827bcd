import type { TenantServiceImplementation } from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Database } from '../database.ts'

/** Every edge holds all keys in memory; past this many it needs another design. */
const maxKeys = 10_000

export function tenantService(database: Database): TenantServiceImplementation {
  return {
    // Edges ask again and again in the background: their polling is not worth traces.
    listKeys: () => withoutTracing(() => listKeys(database)),
  }
}

async function listKeys(database: Database) {
  const keys = await database.apiKey.findMany({
    where: { revokedAt: null },
    select: { hash: true, tenantId: true, trusted: true, requestsPerMinute: true },
    orderBy: { hash: 'asc' },
    take: maxKeys,
  })
  return { keys }
}
