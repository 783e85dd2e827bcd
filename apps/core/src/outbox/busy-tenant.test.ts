// Fairness as a tenant feels it: a real queue, a worker that has every slot busy, and somebody with thousands of tasks.
import { randomUUID } from 'node:crypto'
import { taskJobSchema, taskQueueName, workerKey, workersKey } from '@throughline/contracts'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startCore, type TestCore } from '../testing/core.ts'
import { commitQuietly } from '../testing/waiting-tasks.ts'

// One of its own: workers of other tests are not to be seen in it.
const redisUrl = `${inject('redisUrl')}/12`
const slots = 4

let core: TestCore
let worker: Worker
let connection: Redis
/** Whose tasks have been started, in their order over all slots. */
const started: string[] = []
/** Each ends one that runs. */
const ends: (() => void)[] = []
beforeAll(async () => {
  core = await startCore({ redisUrl })
  connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  await connection.flushdb()
  const record = { slots, taskIds: [], startedAt: new Date().toISOString(), draining: false }
  await connection.zadd(workersKey, Date.now(), 'worker-1')
  await connection.set(workerKey('worker-1'), JSON.stringify(record))
  worker = new Worker(
    taskQueueName,
    async ({ data }) => {
      const { taskId, tenantId } = taskJobSchema.parse(data)
      const { attempt } = await core.tasks.startTask({ taskId, workerId: randomUUID() })
      const ended = new Promise<void>((end) => ends.push(end))
      started.push(tenantId)
      await ended
      await core.tasks.completeTask({ taskId, attempt, result: { nodes: 1 } })
    },
    { connection, prefix: core.queuePrefix, concurrency: slots },
  )
})
afterAll(async () => {
  await worker.close(true)
  connection.disconnect()
  await core.stop()
})

test('a tenant with 10,000 waiting tasks delays another tenant’s single task by no more than one task', async () => {
  await commitQuietly(core.database, 'acme', 10_000)
  core.dispatcher.wake()
  await vi.waitFor(() => expect(ends).toHaveLength(slots), 15_000)

  for (let round = 0; round < 5; round++) {
    const request = { nodes: 1 }
    const { taskId } = await core.tasks.submitTask({ tenantId: 'demo', type: 'noop', request })
    await vi.waitFor(
      async () => expect(await core.queue.stateOf(taskId)).toBe('prioritized'),
      15_000,
    )
    const busy = started.length
    // One of the busy tenant's ends, and it is the quiet one's turn; when that has ended, the busy one's again.
    ends.shift()?.()
    await vi.waitFor(() => expect(started.slice(busy)).toEqual(['demo']), 15_000)
    ends.pop()?.()
    await vi.waitFor(() => expect(started.slice(busy)).toEqual(['demo', 'acme']), 15_000)
  }
})
