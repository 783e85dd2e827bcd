// What attempts used: counted once in the attempt, the task and the tenant's day, and held against the budgets.
import { AttemptOutcome, TaskState } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'

let core: TaskServer
beforeAll(async () => {
  core = await startTaskServer()
})
afterEach(async () => {
  await core.database.tenantDay.deleteMany()
  await core.database.tenant.updateMany({
    data: { budgetNanoUsdPerDay: null, budgetNanoUsdPerTask: null },
  })
})
afterAll(() => core.stop())

const dayMs = 24 * 60 * 60 * 1_000
const utcDay = (daysAgo = 0) =>
  new Date(new Date(Date.now() - daysAgo * dayMs).toISOString().slice(0, 10))

const daysOf = (tenantId: string) => core.database.tenantDay.findMany({ where: { tenantId } })
const setBudgets = (
  tenantId: string,
  data: { budgetNanoUsdPerDay?: number; budgetNanoUsdPerTask?: number },
) => core.database.tenant.update({ where: { id: tenantId }, data })
const spend = (tenantId: string, costNanoUsd: number, day = utcDay()) =>
  core.database.tenantDay.create({ data: { tenantId, day, costNanoUsd } })

test('adds up what each attempt of a task used', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.fail(taskId, 1, true, { inputTokens: 10, outputTokens: 1, costNanoUsd: 100 })
  await core.start(taskId)
  await core.release(taskId, 2, { inputTokens: 20, unpricedCalls: 1 })
  await core.start(taskId)
  await core.complete(taskId, 3, { outputTokens: 2, costNanoUsd: 1_000 })

  const sum = { inputTokens: 30, outputTokens: 3, costNanoUsd: 1_100, unpricedCalls: 1 }
  expect((await core.get(taskId))?.usage).toEqual(sum)
  const { attempts } = await core.tasks.getTaskHistory({ taskId })
  expect(attempts.map(({ usage }) => usage?.costNanoUsd)).toEqual([100, 0, 1_000])
  expect(await daysOf('demo')).toEqual([
    {
      ...{ tenantId: 'demo', day: utcDay(), inputTokens: 30n, outputTokens: 3n },
      ...{ costNanoUsd: 1_100n, unpricedCalls: 1n },
    },
  ])
})

test('counts more than 32 bits hold', async () => {
  const taskId = await core.submitNoop()
  for (const attempt of [1, 2, 3]) {
    await core.start(taskId)
    await core.release(taskId, attempt, { inputTokens: 1_000_000_000, costNanoUsd: 6_000_000_000 })
  }
  expect((await core.get(taskId))?.usage).toMatchObject({
    inputTokens: 2 ** 31 - 1,
    costNanoUsd: 18_000_000_000,
  })
  expect(await daysOf('demo')).toMatchObject([{ inputTokens: 3_000_000_000n }])
})

test('counts the tasks of a tenant together, and those of another apart', async () => {
  for (const tenantId of ['demo', 'demo', 'acme']) {
    const taskId = await core.submitNoop(tenantId)
    await core.start(taskId)
    await core.complete(taskId, 1, { costNanoUsd: 5 })
  }
  expect(await daysOf('demo')).toMatchObject([{ costNanoUsd: 10n }])
  expect(await daysOf('acme')).toMatchObject([{ costNanoUsd: 5n }])
})

test('touches no day for a task that used nothing', async () => {
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.complete(taskId, 1)
  expect(await daysOf('demo')).toEqual([])
})

test('says what is left of the smaller of the two budgets', async () => {
  await setBudgets('demo', { budgetNanoUsdPerTask: 1_000, budgetNanoUsdPerDay: 1_500 })
  const taskId = await core.submitNoop()
  expect((await core.start(taskId)).budgetNanoUsd).toBe(1_000)
  await core.release(taskId, 1, { costNanoUsd: 300 })
  expect((await core.start(taskId)).budgetNanoUsd).toBe(700)

  const other = await core.submitNoop()
  await core.start(other)
  await core.complete(other, 1, { costNanoUsd: 900 })
  expect((await core.start(taskId)).budgetNanoUsd).toBe(300)
})

test('never says that less than nothing is left', async () => {
  await setBudgets('demo', { budgetNanoUsdPerTask: 1_000 })
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await core.release(taskId, 1, { costNanoUsd: 1_200 })
  expect((await core.start(taskId)).budgetNanoUsd).toBe(0)
})

test('ends a task with budget_exceeded when the day of its tenant is used up', async () => {
  await setBudgets('demo', { budgetNanoUsdPerDay: 1_000 })
  await spend('demo', 1_000)
  const taskId = await core.submitNoop()
  await expect(core.start(taskId)).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The task cannot be started: failed (budget_exceeded)',
  })
  expect(await core.get(taskId)).toMatchObject({
    state: TaskState.FAILED,
    errorCode: 'budget_exceeded',
  })
  expect(await core.start(await core.submitNoop('acme'))).toMatchObject({ attempt: 1 })
})

test('abandons the lost attempt of a task whose tenant has used up its day', async () => {
  await setBudgets('demo', { budgetNanoUsdPerDay: 1_000 })
  const taskId = await core.submitNoop()
  await core.start(taskId)
  await spend('demo', 2_000)
  await expect(core.start(taskId)).rejects.toMatchObject({ code: Status.FAILED_PRECONDITION })
  const { task, attempts } = await core.tasks.getTaskHistory({ taskId })
  expect(task).toMatchObject({ state: TaskState.FAILED, errorCode: 'budget_exceeded' })
  expect(attempts).toMatchObject([{ outcome: AttemptOutcome.ABANDONED }])
})

test('begins each day anew, and lets a stopped task be retried then', async () => {
  await setBudgets('demo', { budgetNanoUsdPerDay: 1_000 })
  await spend('demo', 1_000)
  const taskId = await core.submitNoop()
  await expect(core.start(taskId)).rejects.toThrow('budget_exceeded')

  await core.database.tenantDay.updateMany({ data: { day: utcDay(1) } })
  await core.tasks.retryTask({ taskId })
  expect(await core.start(taskId)).toMatchObject({ budgetNanoUsd: 1_000 })
})
