// The statements that run for every task, by the driver itself. Prisma would cost more than the network for each, and
// Postgres more for planning one of so many parts than for running it: here a connection plans it once, under a name.
import pg, { type Pool } from 'pg'
import type { Prisma } from './database.ts'

export interface Statements {
  /** Rows look as Prisma's do. The name, which spans show too, stands for one text: what differs are its parameters. */
  readonly run: <Row>(name: string, statement: Prisma.Sql) => Promise<Row[]>
}

export function createStatements(pool: Pool): Statements {
  return {
    async run<Row>(name: string, { text, values }: Prisma.Sql) {
      const { rows } = await pool.query({ name, text, values, types })
      return rows as Row[]
    },
  }
}

const bigintOid = 20

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === bigintOid ? BigInt : pg.types.getTypeParser(oid, format),
}
