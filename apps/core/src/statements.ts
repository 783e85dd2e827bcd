// The statements that run for every task, by the driver itself. Prisma would cost more than the network for each, and
// Postgres more for planning one of so many parts than for running it: here a connection plans it once, under a name.
import pg, { type Pool, type PoolClient } from 'pg'
import type { Prisma } from './database.ts'

export interface Statements {
  /** Rows look as Prisma's do. The name, which spans show too, stands for one text: what differs are its parameters. */
  readonly run: <Row>(name: string, statement: Prisma.Sql) => Promise<Row[]>
}

export interface DatabaseStatements extends Statements {
  /** Committed when the work is done, rolled back when it throws. */
  readonly transaction: <Result>(
    work: (statements: Statements) => Promise<Result>,
  ) => Promise<Result>
}

export function createStatements(pool: Pool): DatabaseStatements {
  return {
    ...statementsOf(pool),
    async transaction(work) {
      const client = await pool.connect()
      // Whoever asks meanwhile hears of a connection that breaks; unheard, the event itself would end the process.
      client.on('error', ignore)
      try {
        await client.query('BEGIN')
        const result = await work(statementsOf(client))
        await client.query('COMMIT')
        client.release()
        return result
      } catch (err) {
        // A connection that cannot even do this is of no use to the next one.
        const isBroken = await client.query('ROLLBACK').then(
          () => false,
          () => true,
        )
        client.release(isBroken)
        throw err
      } finally {
        client.off('error', ignore)
      }
    },
  }
}

const ignore = () => {}

function statementsOf(connection: Pool | PoolClient): Statements {
  return {
    async run<Row>(name: string, { text, values }: Prisma.Sql) {
      const { rows } = await connection.query({ name, text, values, types })
      return rows as Row[]
    },
  }
}

const bigintOid = 20

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === bigintOid ? BigInt : pg.types.getTypeParser(oid, format),
}
