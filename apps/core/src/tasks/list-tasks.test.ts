import { TaskState } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'

let core: TaskServer
const submitted: string[] = []
let dead = ''
beforeAll(async () => {
  core = await startTaskServer()
  for (const tenantId of ['demo', 'acme', 'demo', 'acme', 'demo', 'demo', 'demo']) {
    submitted.push(await core.submitNoop(tenantId))
  }
  // Two that were submitted at the same time: ids alone tell them apart.
  const createdAt = new Date('2026-01-01')
  await core.database.task.updateMany({
    where: { id: { in: submitted.slice(0, 2) } },
    data: { createdAt },
  })
  dead = submitted[4] ?? ''
  for (const attempt of [1, 2, 3]) {
    await core.start(dead)
    await core.fail(dead, attempt)
  }
  await core.start(submitted[2] ?? '')
  await core.complete(submitted[2] ?? '', 1, { costNanoUsd: 7 })
})
afterAll(() => core.stop())

async function everyPage(request: { tenantId?: string; state?: TaskState; pageSize?: number }) {
  const pages: string[][] = []
  let pageToken = ''
  do {
    const page = await core.tasks.listTasks({ ...request, pageToken })
    pages.push(page.tasks.map(({ id }) => id))
    pageToken = page.nextPageToken
  } while (pageToken)
  return pages
}

test.each([1, 2, 3, 7, 0])(
  'lists every task once, newest first, in pages of %i',
  async (pageSize) => {
    const pages = await everyPage({ pageSize })
    const [first = '', second = '', ...others] = submitted
    const oldest = [first, second].sort().reverse()
    expect(pages.flat()).toEqual([...others.reverse(), ...oldest])
    expect(pages.every((page) => page.length <= (pageSize || 20))).toBe(true)
  },
)

test('neither skips nor repeats a task while others come in', async () => {
  const first = await core.tasks.listTasks({ tenantId: 'demo', pageSize: 2 })
  const late = await core.submitNoop()
  const second = await core.tasks.listTasks({
    ...{ tenantId: 'demo', pageSize: 100 },
    pageToken: first.nextPageToken,
  })
  const ids = [...first.tasks, ...second.tasks].map(({ id }) => id)
  expect(new Set(ids).size).toBe(5)
  expect(ids).not.toContain(late)
  await core.database.task.delete({ where: { id: late } })
})

test('lists the tasks of one tenant, or of one state', async () => {
  expect((await everyPage({ tenantId: 'acme' })).flat()).toEqual([submitted[3], submitted[1]])
  expect((await everyPage({ state: TaskState.DEAD })).flat()).toEqual([dead])
  expect((await everyPage({ state: TaskState.COMPLETED })).flat()).toEqual([submitted[2]])
  expect((await everyPage({ state: TaskState.QUEUED })).flat()).toHaveLength(5)
  expect((await everyPage({ state: TaskState.DEAD, tenantId: 'acme' })).flat()).toEqual([])
})

test('lists tasks with their results and what they used', async () => {
  const { tasks } = await core.tasks.listTasks({ state: TaskState.COMPLETED })
  expect(tasks).toMatchObject([{ result: { nodes: 1 }, usage: { costNanoUsd: 7 }, attempt: 1 }])
})

test.each([
  ['page_size', { pageSize: 101 }],
  ['state', { state: 17 as TaskState }],
  ['page_token', { pageToken: 'junk' }],
])('refuses a bad %s by its name', async (field, request) => {
  await expect(core.tasks.listTasks(request)).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringMatching(`^${field}: `),
  })
})

test('refuses the page token of another list', async () => {
  const { nextPageToken: pageToken } = await core.tasks.listTasks({ pageSize: 1 })
  expect(pageToken).not.toBe('')
  const other = core.tasks.listTasks({ tenantId: 'demo', pageToken })
  await expect(other).rejects.toMatchObject({ code: Status.INVALID_ARGUMENT })
})
