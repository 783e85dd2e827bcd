import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { startBreakableProxy } from '../testing/breakable-proxy.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { commitQuietly, endTasks, limitTenant } from '../testing/waiting-tasks.ts'
import type { TaskQueue } from './task-queue.ts'

const soon = { timeout: 15_000, interval: 20 }

let proxy: Awaited<ReturnType<typeof startBreakableProxy>>
let core: TestCore
let window: number
beforeAll(async () => {
  proxy = await startBreakableProxy(inject('redisUrl'))
  core = await startCore({ redisUrl: proxy.url, window: () => window })
})
beforeEach(() => {
  window = 1_000
})
afterEach(async () => {
  const open = await core.database.task.findMany({ where: { endedAt: null } })
  await endTasks(
    core.database,
    open.map(({ id }) => id),
  )
})
afterAll(async () => {
  await core.stop()
  await proxy.stop()
})

async function submit(tenantId = 'demo'): Promise<string> {
  const { taskId } = await core.tasks.submitTask({ tenantId, type: 'noop', request: { nodes: 1 } })
  return taskId
}

const sentAt = async (taskId: string) =>
  (await core.database.outbox.findUniqueOrThrow({ where: { taskId } })).sentAt
const isQueued = async (taskId: string, queue: TaskQueue = core.queue) =>
  (await queue.stateOf(taskId)) === 'prioritized'
const countInFlight = (tenantId: string) =>
  core.database.outbox.count({ where: { tenantId, sentAt: { not: null } } })

test('sends a job as soon as it is committed', async () => {
  const taskId = await submit()
  // Well below the poll, which would find it after a second.
  await vi.waitFor(async () => expect(await isQueued(taskId)).toBe(true), {
    timeout: 700,
    interval: 20,
  })
})

test('finds by itself what a crash left unsent', async () => {
  const [taskId = ''] = await commitQuietly(core.database, 'demo')
  await vi.waitFor(async () => expect(await isQueued(taskId)).toBe(true), soon)
})

test('takes tasks while Redis is away, and sends them when it is back', async () => {
  proxy.breakOff()
  await vi.waitFor(() => expect(core.redis.status).not.toBe('ready'))
  const startedAt = performance.now()
  const taskIds = await Promise.all([submit(), submit(), submit()])
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  for (const taskId of taskIds) expect(await sentAt(taskId)).toBeNull()

  proxy.restore()
  await vi.waitFor(async () => {
    for (const taskId of taskIds) expect(await sentAt(taskId)).not.toBeNull()
  }, soon)
  for (const taskId of taskIds) expect(await isQueued(taskId)).toBe(true)
})

test('starts while Redis is away, and sends when it comes', async () => {
  proxy.breakOff()
  const early = await startCore({ redisUrl: proxy.url, window: () => 10 })
  try {
    const [taskId = ''] = await commitQuietly(early.database, 'demo')
    proxy.restore()
    await vi.waitFor(async () => expect(await isQueued(taskId, early.queue)).toBe(true), soon)
  } finally {
    proxy.restore()
    await early.stop()
  }
})

test('sends no more than may be in flight, and the next one when a task has ended', async () => {
  window = 2
  const taskIds = [await submit(), await submit(), await submit()]
  const [first = '', , third = ''] = taskIds
  await vi.waitFor(async () => expect(await countInFlight('demo')).toBe(2), soon)
  expect(await sentAt(third)).toBeNull()
  await core.tasks.startTask({ taskId: first, workerId: 'worker-1' })
  await core.tasks.completeTask({ taskId: first, attempt: 1, result: { nodes: 1 } })
  await vi.waitFor(async () => expect(await isQueued(third)).toBe(true), {
    timeout: 700,
    interval: 20,
  })
})

test('goes on by itself when a tenant may have more', async () => {
  // 2 at once, then one every 5 s: sooner than the next poll would be by chance.
  await limitTenant(core.database, 'slow', { tasksPerMinute: 120 })
  const taskIds = await commitQuietly(core.database, 'slow', 22)
  await vi.waitFor(async () => expect(await isQueued(taskIds[21] ?? '')).toBe(true), soon)
})
