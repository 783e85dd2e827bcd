// A worker beside another one, at the same queue.
import { randomUUID } from 'node:crypto'
import { TaskState, workerKey } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Worker } from 'bullmq'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { connectQueueRedis } from './redis.ts'
import { collectLogs } from './testing/collect-logs.ts'
import { eventually } from './testing/eventually.ts'
import { type System, startSystem } from './testing/start-system.ts'
import { buildWorker } from './worker.ts'

/** As long as BullMQ sleeps when nobody wakes it. */
const sleepMs = 5_000

let system: System
beforeEach(async () => {
  system = await startSystem({ redisUrl: inject('redisUrl'), graceMs: 50 })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await system[Symbol.asyncDispose]()
})

function buildSecond(onJob: () => void = () => {}) {
  const workerId = `worker-${randomUUID()}`
  const { logger, lines } = collectLogs()
  const connections = {
    queueRedis: connectQueueRedis(inject('redisUrl'), logger),
    cancellationsRedis: connectQueueRedis(inject('redisUrl'), logger),
  }
  const worker = buildWorker(async () => onJob(), {
    ...{ workerId, logger, concurrency: 1, graceMs: 50, leaseMs: 10_000 },
    ...{ queueName: system.queue.name, redis: system.redis, ...connections },
  })
  const disconnect = () => {
    for (const connection of Object.values(connections)) connection.disconnect()
  }
  return { workerId, worker, logs: lines, [Symbol.dispose]: disconnect }
}

test('a task that is handed back is taken at once by a worker that waits for jobs', async () => {
  const { task } = await system.addTask({ taskType: 'price_review' })
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  const taken = Promise.withResolvers<void>()
  using second = buildSecond(taken.resolve)
  second.worker.start()
  // Each waits for jobs: the first has another place.
  await eventually(waiting).toBe(2)

  await system.stopWorker()
  const handedBackAt = performance.now()
  await taken.promise
  expect(performance.now() - handedBackAt).toBeLessThan(sleepMs / 5)
  await second.worker.stop()
})

test('a worker that takes no more tasks by itself offers no place, and says that it is lost', async () => {
  vi.spyOn(Worker.prototype, 'run').mockRejectedValueOnce(new Error('broken'))
  using second = buildSecond()
  const lost = Promise.withResolvers<void>()
  second.worker.start(lost.resolve)
  await lost.promise
  expect(second.worker.isRunning()).toBe(false)
  await eventually(() => system.redis.get(workerKey(second.workerId))).toMatch('"draining":true')
  expect(second.logs).toMatchObject([{ level: 50, msg: 'worker stopped unexpectedly' }])
  await expect(second.worker.stop()).rejects.toThrow('the worker takes no more tasks')
})

async function waiting(): Promise<number> {
  const workers = await system.queue.getWorkers()
  return workers.filter(({ cmd }) => cmd === 'bzpopmin').length
}
