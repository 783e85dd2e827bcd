// Who calls: every live key of core, in memory, by its hash. A request costs no call to core, and core's
// outage does not lock anyone out.
import { createHash } from 'node:crypto'
import type { Key } from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import type { Logger } from 'pino'

export interface Caller {
  readonly keyHash: string
  readonly tenantId: string
  readonly trusted: boolean
  readonly requestsPerMinute: number
}

export interface KeyDirectory {
  /** Undefined when the key is not known. */
  find(key: string): Caller | undefined
  /** For a key made since the last refresh. Strangers guessing keys cannot make this call core often. */
  findFresh(key: string): Promise<Caller | undefined>
  /** Whether any answer from core has been seen. */
  isLoaded(): boolean
  start(): Promise<void>
  stop(): void
}

export interface KeyDirectoryOptions {
  readonly listKeys: () => Promise<readonly Key[]>
  readonly logger: Logger
  readonly refreshEveryMs?: number
  readonly retryEveryMs?: number
  readonly refreshOnMissEveryMs?: number
}

export function createKeyDirectory({
  listKeys,
  logger,
  refreshEveryMs = 30_000,
  retryEveryMs = 1_000,
  refreshOnMissEveryMs = 5_000,
}: KeyDirectoryOptions): KeyDirectory {
  let callers: ReadonlyMap<string, Caller> | undefined
  let refreshing: Promise<void> | undefined
  let refreshedOnMissAt = Number.NEGATIVE_INFINITY
  let failing = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const refresh = (): Promise<void> => {
    refreshing ??= load().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  const load = async (): Promise<void> => {
    try {
      const keys = await withoutTracing(listKeys)
      callers = new Map(keys.map((key) => [key.hash, callerOf(key)]))
      failing = false
    } catch (err) {
      if (!failing) logger.warn({ err }, 'keys not refreshed, the last ones stay')
      failing = true
    }
  }

  const keepFresh = async (): Promise<void> => {
    await refresh()
    if (stopped) return
    timer = setTimeout(keepFresh, callers === undefined ? retryEveryMs : refreshEveryMs)
    timer.unref()
  }

  const find = (key: string): Caller | undefined => callers?.get(hashOf(key))

  return {
    find,
    async findFresh(key) {
      if (performance.now() - refreshedOnMissAt >= refreshOnMissEveryMs) {
        refreshedOnMissAt = performance.now()
        await refresh()
      } else {
        await refreshing
      }
      return find(key)
    },
    isLoaded: () => callers !== undefined,
    start: keepFresh,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

function callerOf({ hash, tenantId, trusted, requestsPerMinute }: Key): Caller {
  return { keyHash: hash, tenantId, trusted, requestsPerMinute }
}
