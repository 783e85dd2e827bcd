// Questions to Postgres that outlast its absence: whoever asks does not care that it is being killed.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool, type QueryResultRow } from 'pg'

export interface Sql extends AsyncDisposable {
  /** Read only: it may be asked more than once. */
  ask<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
}

const patienceMs = 30_000
const timeoutMs = 5_000
const againMs = 100

export function connectSql(connectionString: string): Sql {
  const pool = new Pool({
    connectionString,
    max: 3,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'chaos',
  })
  // An idle connection is lost with its server. The next question opens another.
  pool.on('error', () => undefined)

  return {
    async ask<Row extends QueryResultRow>(text: string, values: unknown[] = []) {
      const deadline = performance.now() + patienceMs
      for (;;) {
        try {
          return (await pool.query<Row>(text, values)).rows
        } catch (err) {
          const isOurMistake = (err as { code?: string }).code?.startsWith('42')
          if (isOurMistake || performance.now() > deadline) throw err
        }
        await sleep(againMs)
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}
