// Questions to Postgres that outlast its absence: whoever asks does not care that it is being killed.
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type QueryResultRow } from 'pg'

export interface Sql extends AsyncDisposable {
  /** Read only: it may be asked more than once. */
  ask<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
}

const patienceMs = 30_000
const timeoutMs = 5_000
const againMs = 100

export function connectSql(connectionString: string): Sql {
  let opening: Promise<Client> | undefined

  async function open(): Promise<Client> {
    const client = new Client({
      connectionString,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      application_name: 'chaos',
    })
    client.on('error', () => drop(client))
    await client.connect()
    return client
  }

  function drop(client?: Client): void {
    opening = undefined
    client?.end().catch(() => undefined)
  }

  return {
    async ask<Row extends QueryResultRow>(text: string, values: unknown[] = []) {
      const deadline = performance.now() + patienceMs
      for (;;) {
        opening ??= open()
        const asked = opening
        try {
          return (await (await asked).query<Row>(text, values)).rows
        } catch (err) {
          if (opening === asked) drop(await asked.catch(() => undefined))
          const isOurs = (err as { code?: string }).code?.startsWith('42')
          if (isOurs || performance.now() > deadline) throw err
        }
        await sleep(againMs)
      }
    },
    async [Symbol.asyncDispose]() {
      const client = await opening?.catch(() => undefined)
      drop(client)
    },
  }
}
