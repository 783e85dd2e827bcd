// What choosing reads: it runs for every few tasks, with a backlog of any size behind them.
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, type Database, Prisma } from '../database.ts'
import { cloneDatabase, type TestDatabase } from '../testing/database.ts'
import { commitQuietly, limitTenant } from '../testing/waiting-tasks.ts'
import { chooseTasks } from './choose-tasks.ts'

const busy = ['a', 'b', 'c', 'd']
const batches = 8
const waitingOfEach = 10_000
const window = 64

let clone: TestDatabase
let database: Database
beforeAll(async () => {
  clone = await cloneDatabase(inject('postgresUrl'))
  database = createDatabase({ url: clone.url, poolSize: 2, logger: pino({ level: 'silent' }) })
  for (const tenantId of [...busy, 'late']) await limitTenant(database, tenantId, {})
  for (let batch = 0; batch < batches; batch++) await commitMixed()
  await commitQuietly(database, 'late')
  await database.$executeRaw`ANALYZE tasks, outbox`
})
afterAll(async () => {
  await database.$disconnect()
  await clone.drop()
})

// More often than it takes Postgres to keep one plan for all values.
test.each(Array.from({ length: 8 }, (_, index) => index + 1))(
  'reads as many rows as it chooses, not as many as wait (choice %i)',
  async () => {
    const read = await database.statements.transaction(async (transaction) => {
      const before = await countReads()
      const { chosen } = await chooseTasks(transaction, { window, heldBack: [] })
      expect(chosen).toHaveLength(window)
      expect(new Set(chosen.map(({ tenantId }) => tenantId))).toEqual(new Set([...busy, 'late']))
      const after = await countReads()
      await transaction.run(
        'undo',
        Prisma.sql`UPDATE outbox SET sent_at = NULL WHERE sent_at IS NOT NULL`,
      )
      return after - before

      async function countReads(): Promise<number> {
        const [{ rows } = { rows: 0 }] = await transaction.run<{ rows: number }>('reads', reads)
        return rows
      }
    })
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThan(waitingOfEach / 5)
  },
)

/** Their tenants take turns, as callers do. */
async function commitMixed(): Promise<void> {
  await database.$executeRaw`
    WITH task AS (
      INSERT INTO tasks (id, tenant_id, type, input)
      SELECT gen_random_uuid(), tenant_id, 'noop', '{"nodes":1}'::jsonb
      FROM generate_series(1, ${waitingOfEach / batches}::int), unnest(${busy}::text[]) AS tenant_id
      RETURNING id, tenant_id
    )
    INSERT INTO outbox (task_id, tenant_id) SELECT id, tenant_id FROM task`
}

/** Of this transaction, until then. */
const reads = Prisma.sql`
  SELECT sum(seq_tup_read + idx_tup_fetch)::int AS rows
  FROM pg_stat_xact_user_tables WHERE relname IN ('outbox', 'tasks')`
