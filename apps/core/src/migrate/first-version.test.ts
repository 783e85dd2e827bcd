// A database that the first version wrote to goes on under this one.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TaskState, taskTypes, WriteOutcome } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, type Database } from '../database.ts'
import { completeTask } from '../tasks/complete-task.ts'
import { getTaskHistory } from '../tasks/get-task-history.ts'
import { retryTask } from '../tasks/retry-task.ts'
import { startTask } from '../tasks/start-task.ts'
import { emptyDatabase, type TestDatabase } from '../testing/database.ts'
import { migrate } from './migrate.ts'

const firstMigration = '20261121000000_init'
const ownMigrations = join(import.meta.dirname, '../../prisma/migrations')

const uuid = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
const [queued, running, completed, failed, exhausted] = [1, 2, 3, 4, 5].map(uuid) as [
  ...[string, string, string, string, string],
]

const rowsOfFirstVersion = `
  INSERT INTO tenants (id, name) VALUES ('demo', 'Demo');
  INSERT INTO listings (id, title, description, category, condition, price_cents, listed_at)
  VALUES ('lst_1', 'Gravel bike', 'Steel', 'bicycles', 'good', 80000, '2026-01-01T00:00Z');
  INSERT INTO negotiations (id, tenant_id, listing_id, budget_cents)
  SELECT ('10000000-0000-4000-8000-00000000000' || n)::uuid, 'demo', 'lst_1', 60000 FROM generate_series(1, 5) AS n;
  INSERT INTO tasks (id, tenant_id, negotiation_id, type, state, attempt, error_code, error_message, created_at, ended_at)
  SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'demo', ('10000000-0000-4000-8000-00000000000' || n)::uuid,
    'negotiation', state::task_state, attempt, error_code, error_code, '2026-01-11T12:00Z', ended_at::timestamptz
  FROM (VALUES (1, 'queued', 0, NULL, NULL), (2, 'running', 2, NULL, NULL),
    (3, 'completed', 1, NULL, '2026-01-11T12:00:05Z'), (4, 'failed', 1, 'invalid_answer', '2026-01-11T12:00:05Z'),
    (5, 'failed', 3, 'attempts_exhausted', '2026-01-11T12:00:05Z')) AS t(n, state, attempt, error_code, ended_at);
  INSERT INTO task_attempts (task_id, attempt, worker_id, started_at, ended_at, outcome)
  SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, attempt, 'worker-1', '2026-01-11T12:00:01Z',
    CASE WHEN outcome IS NOT NULL THEN '2026-01-11T12:00:05Z'::timestamptz END, outcome::attempt_outcome
  FROM (VALUES (2, 1, 'abandoned'), (2, 2, NULL), (3, 1, 'completed'), (4, 1, 'failed'),
    (5, 1, 'failed'), (5, 2, 'abandoned'), (5, 3, 'abandoned')) AS a(n, attempt, outcome);
  INSERT INTO negotiation_results (task_id, attempt, action, price_cents, message, model, input_tokens, output_tokens)
  VALUES ('${completed}', 1, 'offer', 55000, 'Would you take this?', 'haggle-1', 90, 30);
  INSERT INTO outbox (task_id, queue, payload, sent_at)
  SELECT id, 'throughline-tasks', '{}', CASE WHEN state <> 'queued' THEN created_at END FROM tasks`

let clone: TestDatabase
let database: Database
let applied: string[]
beforeAll(async () => {
  clone = await emptyDatabase(inject('postgresUrl'))
  const folder = await mkdtemp(join(tmpdir(), 'first-version-'))
  await cp(join(ownMigrations, firstMigration), join(folder, firstMigration), { recursive: true })
  await migrate(clone.url, folder)
  await rm(folder, { recursive: true })
  const client = new Client({ connectionString: clone.url })
  await client.connect()
  await client.query(rowsOfFirstVersion)
  await client.end()
  applied = await migrate(clone.url)
  database = createDatabase({ url: clone.url, poolSize: 2, logger: pino({ level: 'silent' }) })
})
afterAll(async () => {
  await database.$disconnect()
  await clone.drop()
})

const start = (taskId: string) => startTask(database, { taskId, workerId: 'w', traceparent: '' })
const historyOf = (taskId: string) => getTaskHistory(database, { taskId })
const input = {
  listing: {
    ...{ id: 'lst_1', title: 'Gravel bike', category: 'bicycles', condition: 'good' },
    ...{ priceCents: 80_000, daysListed: 10 },
  },
  budgetCents: 60_000,
}
const result = {
  ...{ action: 'offer', priceCents: 55_000, message: 'Would you take this?' },
  ...{ model: 'haggle-1', rounds: [] },
}
const usage = { inputTokens: 90, outputTokens: 30, costNanoUsd: 0, unpricedCalls: 3 }

test('applies every migration but the first', () => {
  expect(applied.length).toBeGreaterThan(0)
  expect(applied).not.toContain(firstMigration)
})

test('keeps a result, in the form of its type, and calls its price unknown', async () => {
  const { task, attempts } = await historyOf(completed)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, result, usage })
  expect(taskTypes.negotiation.result.parse(task?.result)).toEqual(result)
  expect(attempts).toMatchObject([{ usage }])
  expect(await database.tenantDay.findMany()).toMatchObject([
    { tenantId: 'demo', day: new Date('2026-01-11'), inputTokens: 90n, unpricedCalls: 3n },
  ])
})

test('starts a task that waited, with the facts of its listing', async () => {
  const started = await start(queued)
  expect(started).toMatchObject({ attempt: 1, input, firstUnreportedAttempt: 1 })
  expect(taskTypes.negotiation.input.parse(started.input)).toEqual(input)
})

test('goes on with a task that ran, and counts the attempts that were lost', async () => {
  expect(await start(running)).toMatchObject({ attempt: 3, firstUnreportedAttempt: 1 })
  const report = { taskId: running, attempt: 3, result, usage }
  expect(await completeTask(database, report)).toEqual({ outcome: WriteOutcome.APPLIED })
  expect(await database.task.findUnique({ where: { id: running } })).toMatchObject({ failures: 2 })
})

test('calls a task dead that had lost all its attempts, and can retry it', async () => {
  const { task } = await historyOf(exhausted)
  expect(task).toMatchObject({ state: TaskState.DEAD, errorCode: 'attempts_exhausted' })
  await retryTask(database, { taskId: exhausted }, async () => {})
  expect(await start(exhausted)).toMatchObject({ attempt: 4, firstUnreportedAttempt: 2 })
})

test('keeps why a task failed', async () => {
  const { task, attempts } = await historyOf(failed)
  expect(task).toMatchObject({ state: TaskState.FAILED, errorCode: 'invalid_answer' })
  expect(attempts).toMatchObject([{ errorCode: 'invalid_answer' }])
})
