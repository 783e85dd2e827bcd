// A worker is known while it runs, drains when it is told to, and stops.
import {
  TaskState,
  type WorkerRecord,
  workerDrainKey,
  workerKey,
  workerRecordSchema,
  workersKey,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { ServerError, Status } from 'nice-grpc'
import { expect, inject, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { answerEverything } from './testing/model-peer.ts'
import { startSystem } from './testing/start-system.ts'
import { systemForEachTest } from './testing/system-for-each-test.ts'

const { system } = systemForEachTest()

const endless = { taskType: 'price_review' } as const

test('lets running tasks end when it stops, and takes no new ones', async () => {
  const asked = Promise.withResolvers<void>()
  const stopping = Promise.withResolvers<void>()
  system.model.behaviour = async (response, request) => {
    asked.resolve()
    await stopping.promise
    answerEverything(response, request)
  }
  const { task } = await system.addTask()
  await asked.promise
  const stopped = system.stopWorker()
  stopping.resolve()
  await stopped
  expect(task.state).toBe(TaskState.COMPLETED)
  const { taskId: late } = await system.addTask()
  expect(await system.queue.getJobState(late)).toBe('prioritized')
})

test('releases tasks that do not end in time when it stops, and counts no failure', async () => {
  await using impatient = await startSystem({ redisUrl: inject('redisUrl'), graceMs: 50 })
  const { taskId, task } = await impatient.addTask(endless)
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  await impatient.stopWorker()
  expect(await impatient.queue.getJobState(taskId)).toBe('prioritized')
  expect(task).toMatchObject({ state: TaskState.QUEUED, failed: 0, failures: [] })
  expect(task.releases).toMatchObject([{ taskId, attempt: 1, errorCode: 'draining' }])
  expect(impatient.logs.at(-1)).toMatchObject({ msg: 'task handed back', errorCode: 'draining' })
})

test('counts no failure either when core is away for a moment while it stops', async () => {
  await using impatient = await startSystem({ redisUrl: inject('redisUrl'), graceMs: 50 })
  let refusals = 0
  impatient.core.before = (method) => {
    if (method === 'release' && refusals++ < 2) throw new ServerError(Status.UNAVAILABLE, 'away')
  }
  const { taskId, task } = await impatient.addTask(endless)
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  await impatient.stopWorker()
  expect(task).toMatchObject({ state: TaskState.QUEUED, failed: 0 })
  expect(task.releases).toMatchObject([{ taskId, attempt: 1 }])
})

test('takes no more tasks while its drain key is there, and lets those that run end', async () => {
  const answered = Promise.withResolvers<void>()
  system.model.behaviour = async (response, request) => {
    await answered.promise
    answerEverything(response, request)
  }
  const { task: running } = await system.addTask()
  await eventually(() => running.state).toBe(TaskState.RUNNING)
  await system.redis.set(workerDrainKey(system.workerId), '1')
  await eventually(record).toMatchObject({ draining: true })

  const { taskId, task: late } = await system.addTask()
  answered.resolve()
  await eventually(() => running.state).toBe(TaskState.COMPLETED)
  expect(late.state).toBe(TaskState.QUEUED)
  await eventually(() => system.queue.getJobState(taskId)).toBe('prioritized')

  await system.redis.del(workerDrainKey(system.workerId))
  await eventually(() => late.state).toBe(TaskState.COMPLETED)
  expect(await record()).toMatchObject({ draining: false })
})

test('is in the registry with its tasks while it runs, and gone when it has stopped', async () => {
  const { taskId, task } = await system.addTask(endless)
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  await eventually(record).toEqual({
    ...{ slots: 2, taskIds: [taskId], draining: false, startedAt: expect.any(String) },
  })
  expect(await system.redis.zscore(workersKey, system.workerId)).not.toBeNull()
  await system.cancel(taskId)
  await system.stopWorker()
  expect(await record()).toBeUndefined()
  expect(await system.redis.zscore(workersKey, system.workerId)).toBeNull()
})

async function record(): Promise<WorkerRecord | undefined> {
  const json = await system.redis.get(workerKey(system.workerId))
  return json === null ? undefined : workerRecordSchema.parse(JSON.parse(json))
}
