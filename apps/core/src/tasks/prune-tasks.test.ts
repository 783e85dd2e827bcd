import { TaskState } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeListings } from '../seed/make-listings.ts'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'
import { pruneTasks, startPruning } from './prune-tasks.ts'

let core: TaskServer
beforeAll(async () => {
  core = await startTaskServer()
})
afterAll(() => core.stop())

const retentionDays = 30

/** Moves all that happened to a task so far into the past. */
async function age(id: string, days: number): Promise<void> {
  await core.database.$executeRaw`
    UPDATE tasks SET created_at = created_at - make_interval(days => ${days}::int),
      ended_at = ended_at - make_interval(days => ${days}::int)
    WHERE id = ${id}::uuid`
}

async function completed(): Promise<string> {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.complete(taskId, 1, { inputTokens: 7 })
  return taskId
}

const isKept = async (id: string) => (await core.database.task.count({ where: { id } })) === 1

test('forgets what ended long ago, with all that belongs to it, and keeps what was spent', async () => {
  const listingId = makeListings()[0]?.id ?? ''
  const asked = { tenantId: 'demo', listingId, budgetCents: 100 }
  const { taskId, negotiationId } = await core.negotiations.startNegotiation(asked)
  await core.start(taskId)
  await core.tasks.cancelTask({ taskId })
  const old = await completed()
  for (const id of [taskId, old]) await age(id, retentionDays + 1)

  expect(await pruneTasks(core.database, retentionDays)).toBe(2)
  await expect(core.get(old)).rejects.toMatchObject({ code: Status.NOT_FOUND })
  expect(await core.attempts(old)).toEqual([])
  expect(await core.results(old)).toEqual([])
  expect(await core.database.negotiation.count({ where: { id: negotiationId } })).toBe(0)
  const [day] = await core.database.tenantDay.findMany({ where: { tenantId: 'demo' } })
  expect(day?.inputTokens).toBe(7n)
})

test('keeps what ended lately, and what has not ended, however old it is', async () => {
  const lately = await completed()
  await age(lately, retentionDays - 1)
  const open = await core.submitNoop()
  await age(open, 10 * retentionDays)
  const endedNow = await core.submitNoop()
  await age(endedNow, retentionDays + 1)
  await core.start(endedNow)
  await core.complete(endedNow, 1)

  expect(await pruneTasks(core.database, retentionDays)).toBe(0)
  for (const id of [lately, open, endedNow]) expect(await isKept(id)).toBe(true)
})

test('leaves alone what somebody is about to retry', async () => {
  const dead = await core.submitNoop()
  await core.start(dead)
  await core.fail(dead, 1, false)
  await age(dead, retentionDays + 1)
  await core.database.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT id FROM tasks WHERE id = ${dead}::uuid FOR UPDATE`
    expect(await pruneTasks(core.database, retentionDays)).toBe(0)
  })
  await core.tasks.retryTask({ taskId: dead })
  expect(await pruneTasks(core.database, retentionDays)).toBe(0)
  expect(await core.get(dead)).toMatchObject({ state: TaskState.QUEUED })
})

test('goes on by itself, and says how many were forgotten', async () => {
  const lines: { msg: string; tasks?: number }[] = []
  const logger = pino({ base: null }, { write: (line) => lines.push(JSON.parse(line)) })
  const pruning = startPruning({ database: core.database, logger, retentionDays, intervalMs: 20 })
  try {
    for (const _ of [1, 2]) {
      const old = await completed()
      await age(old, retentionDays + 1)
      await expect.poll(() => isKept(old)).toBe(false)
    }
  } finally {
    await pruning.stop()
  }
  expect(lines).toMatchObject([
    { msg: 'ended tasks pruned', tasks: 1 },
    { msg: 'ended tasks pruned', tasks: 1 },
  ])
})
