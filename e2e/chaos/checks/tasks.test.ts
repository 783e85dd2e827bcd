// Each promise is broken in a database, and found.
import { randomUUID } from 'node:crypto'
import type {} from '@throughline/embedded/vitest-setup'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../../apps/core/src/testing/database.ts'
import { connectSql, type Sql } from '../sql.ts'
import { checkTasks } from './tasks.ts'

let database: TestDatabase
let client: Client
let sql: Sql
const taskId = randomUUID()

beforeEach(async () => {
  database = await cloneDatabase(inject('postgresUrl'))
  client = new Client(database.url)
  await client.connect()
  sql = connectSql(database.url)
  await client.query(`
    INSERT INTO tasks (id, tenant_id, type, input, state, attempt, reported_attempt, failures, ended_at,
      input_tokens, cost_nano_usd)
    VALUES ('${taskId}', 'demo', 'noop', '{}', 'completed', 2, 2, 1, now(), 5, 7);
    INSERT INTO task_attempts (task_id, attempt, worker_id, outcome, ended_at, reported_at, input_tokens, cost_nano_usd)
    VALUES ('${taskId}', 1, 'worker-1.1', 'abandoned', now(), NULL, 0, 0),
      ('${taskId}', 2, 'worker-2.1', 'completed', now(), now(), 5, 7);
    INSERT INTO task_results (task_id, attempt, result) VALUES ('${taskId}', 2, '{}');
    INSERT INTO tenant_days (tenant_id, day, input_tokens, cost_nano_usd) VALUES ('demo', now(), 5, 7)`)
})

afterEach(async () => {
  await sql[Symbol.asyncDispose]()
  await client.end()
  await database.drop()
})

const check = (accepted = [taskId], unanswered = 0) => checkTasks(sql, { accepted, unanswered })

test('finds nothing where every promise was kept', async () => {
  expect(await check()).toEqual([])
})

test.each([
  ['every task has ended', `UPDATE tasks SET state = 'running', ended_at = NULL`],
  ['a completed task has a result', `DELETE FROM task_results`],
  [
    'and no other has one',
    `UPDATE tasks SET state = 'dead', error_code = 'attempts_exhausted', failures = 3`,
  ],
  ['one completed attempt', `UPDATE task_attempts SET outcome = 'completed'`],
  ['a result is of the attempt that completed', `UPDATE task_results SET attempt = 1`],
  ['numbered without a gap', `UPDATE task_attempts SET attempt = 3 WHERE attempt = 1`],
  ['all have ended', `UPDATE task_attempts SET outcome = NULL, ended_at = NULL WHERE attempt = 1`],
  ['is counted once', `UPDATE tasks SET failures = 2`],
  [
    'none is of an attempt that never reported',
    `UPDATE task_attempts SET cost_nano_usd = 1 WHERE attempt = 1`,
  ],
  ['a task has used what its attempts have', `UPDATE tasks SET cost_nano_usd = 14`],
  ['a tenant has used what its tasks have', `UPDATE tenant_days SET cost_nano_usd = 14`],
  ['a tenant has used what its tasks have', `DELETE FROM tenant_days`],
  [
    'no row is left in the outbox',
    `INSERT INTO outbox (task_id, tenant_id) VALUES ('${taskId}', 'demo')`,
  ],
  [
    'a negotiation has one task',
    `INSERT INTO negotiations (id, tenant_id, listing_id, budget_cents)
      SELECT '${randomUUID()}', 'demo', min(id), 1 FROM listings`,
  ],
])('finds where it is not so that %s', async (promise, breaking) => {
  await client.query(breaking)
  expect(await check()).toContainEqual(expect.stringContaining(promise))
})

test('finds an accepted task that is not there, and a task that nobody asked for', async () => {
  expect(await check([taskId, randomUUID()])).toHaveLength(1)
  expect(await check([], 0)).toHaveLength(1)
  expect(await check([], 1)).toEqual([])
})
