// Counts of connection pools for a meter, looked up when they are exported. Pools for the same database are told as
// one: they have the same name, and of two values for it an export would keep the later.
import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import type { MetricDefinition } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import { conventions } from './names.ts'

export interface CountedPool {
  readonly options: { readonly max: number }
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  readonly ended: boolean
}

/** By name; emptied of what has ended. */
export type PoolsByName = Map<string, Set<CountedPool>>

export function countPools(meter: Meter, pools: PoolsByName): void {
  const counter = ({ name, ...rest }: MetricDefinition) =>
    meter.createObservableUpDownCounter(name, rest)
  const instruments = {
    count: counter(metrics.dbClientConnectionCount),
    limit: counter(metrics.dbClientConnectionLimit),
    pending: counter(metrics.dbClientConnectionPendingRequests),
  }
  meter.addBatchObservableCallback((result) => {
    for (const [name, named] of pools) {
      for (const pool of named) if (pool.ended) named.delete(pool)
      if (named.size === 0) pools.delete(name)
      else observe(result, instruments, { [conventions.dbClientConnectionPoolName]: name }, named)
    }
  }, Object.values(instruments))
}

function observe(
  result: BatchObservableResult,
  { count, limit, pending }: Record<'count' | 'limit' | 'pending', Observable>,
  about: Attributes,
  pools: ReadonlySet<CountedPool>,
): void {
  const sum = (of: (pool: CountedPool) => number) =>
    [...pools].reduce((total, pool) => total + of(pool), 0)
  const idle = sum((pool) => pool.idleCount)
  const used = sum((pool) => pool.totalCount) - idle
  result.observe(count, idle, { ...about, [conventions.dbClientConnectionState]: 'idle' })
  result.observe(count, used, { ...about, [conventions.dbClientConnectionState]: 'used' })
  const max = sum((pool) => pool.options.max)
  result.observe(limit, max, about)
  const waiting = sum((pool) => pool.waitingCount)
  result.observe(pending, waiting, about)
}
