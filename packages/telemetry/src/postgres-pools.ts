// `db.client.connection.*` of every pool of `pg`: its connections by state, how many it may open, who waits for one and
// how long that took. The pg instrumentation has some of these, but calls each pool that was given a URL
// `unknown_host:unknown_port/unknown_database`, adds the counts of all pools up as if they were one, and looks at who
// waits only when somebody has stopped waiting. So that half of it is off, in `postgres-queries.ts`.
//
// Whoever had to wait goes on in their own context. A connection is handed over by whoever lets go of it, whose trace a
// query would else be in, or in none.
import { type Attributes, context, type Histogram, ROOT_CONTEXT } from '@opentelemetry/api'
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation'
import { histogram } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import { conventions } from './names.ts'
import { type CountedPool, countPools, type PoolsByName } from './pool-counts.ts'

interface Pool extends CountedPool {
  readonly options: CountedPool['options'] & {
    readonly connectionString?: string
    readonly host?: string
    readonly port?: number | string
    readonly database?: string
  }
}

type Connected = (err: unknown, ...rest: unknown[]) => void
type Connect = (this: Pool, callback?: Connected) => Promise<unknown> | undefined

export class PostgresPools extends InstrumentationBase {
  readonly #pools: PoolsByName = new Map()
  /** Frozen: they name its series. */
  readonly #attributesOf = new WeakMap<Pool, Attributes>()
  #waitTime: Histogram | undefined

  constructor() {
    super('@throughline/telemetry/postgres-pools', '0.1.0', {})
  }

  protected init(): InstrumentationNodeModuleDefinition {
    return new InstrumentationNodeModuleDefinition('pg-pool', ['>=3 <4'], (PoolClass) => {
      const connect: Connect = PoolClass.prototype.connect
      const startWaiting = (pool: Pool) => this.#startWaiting(pool)
      PoolClass.prototype.connect = function (this: Pool, callback?: Connected) {
        return connectThen(startWaiting(this), connect.bind(this), callback)
      }
      return PoolClass
    })
  }

  /** Called with the SDK's meter once there is one, and before that by the constructor above this one. */
  override setMeterProvider(...args: Parameters<InstrumentationBase['setMeterProvider']>): void {
    super.setMeterProvider(...args)
    countPools(this.meter, this.#pools)
    this.#waitTime = histogram(metrics.dbClientConnectionWaitTime, this.meter)
  }

  /** What it returns is called when there is a connection. */
  #startWaiting(pool: Pool): () => void {
    const startedAt = performance.now()
    const attributes = this.#attributesOf.get(pool) ?? this.#meet(pool)
    return () => {
      const seconds = (performance.now() - startedAt) / 1_000
      // Given a context, nothing has to look for the active one.
      this.#waitTime?.record(seconds, attributes, ROOT_CONTEXT)
    }
  }

  #meet(pool: Pool): Attributes {
    const name = nameOf(pool)
    const attributes = Object.freeze({ [conventions.dbClientConnectionPoolName]: name })
    this.#attributesOf.set(pool, attributes)
    this.#pools.set(name, (this.#pools.get(name) ?? new Set()).add(pool))
    return attributes
  }
}

/** By callback or by promise, as pg has it. Whoever is refused got no connection, however long that took. */
function connectThen(
  onConnected: () => void,
  connect: OmitThisParameter<Connect>,
  callback: Connected | undefined,
): Promise<unknown> | undefined {
  if (callback) {
    const caller = context.active()
    return connect((err, ...rest) => {
      if (!err) onConnected()
      context.with(caller, callback, undefined, err, ...rest)
    })
  }
  return connect()?.then((client) => {
    onConnected()
    return client
  })
}

/** As the conventions make one up, of what pg goes by; without the user and the password that a URL may hold. */
function nameOf({ options }: Pool): string {
  const url = URL.parse(options.connectionString ?? '')
  const { PGHOST, PGPORT, PGDATABASE } = process.env
  const host = url?.hostname || options.host || PGHOST || 'localhost'
  const port = url?.port || options.port || PGPORT || 5_432
  return `${host}:${port}/${url?.pathname.slice(1) || options.database || PGDATABASE || ''}`
}
