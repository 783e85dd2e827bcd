import type { TenantServiceImplementation } from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'

/** Every edge holds all keys in memory; past this many it needs another design. */
const maxKeys = 10_000

export function tenantService(database: Database, logger: Logger): TenantServiceImplementation {
  let tooMany = false

  const listKeys = async () => {
    const keys = await findKeys(database)
    const tooManyBefore = tooMany
    tooMany = keys.length > maxKeys
    // Whoever holds a key that is cut off is locked out: said once, not at each poll of each edge.
    if (tooMany && !tooManyBefore) logger.error({ maxKeys }, 'more keys than can be listed')
    return { keys: keys.slice(0, maxKeys) }
  }

  return {
    // Edges ask again and again in the background: their polling is not worth traces.
    listKeys: () => withoutTracing(listKeys),
  }
}

/** One more than may be listed, to know whether there are more. */
function findKeys(database: Database) {
  return database.apiKey.findMany({
    where: { revokedAt: null },
    select: { hash: true, tenantId: true, trusted: true, requestsPerMinute: true },
    orderBy: { hash: 'asc' },
    take: maxKeys + 1,
  })
}
