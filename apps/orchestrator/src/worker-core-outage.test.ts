// Core is away when a task begins or ends, or its answer is lost.
import { TaskState } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { ServerError, Status } from 'nice-grpc'
import { expect, inject, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { startSystem } from './testing/start-system.ts'
import { systemForEachTest } from './testing/system-for-each-test.ts'

const { system, askedNodes, noJob } = systemForEachTest()

test('starts a task when core was away for a moment, under the same delivery', async () => {
  let refusals = 0
  system.core.before = () => {
    if (refusals++ < 2) throw new ServerError(Status.UNAVAILABLE, 'inner details')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, attempt: 1 })
  expect(system.logs).toMatchObject([{ msg: 'task completed' }])
})

test('comes back to a task when core was away for longer, without counting an attempt', async () => {
  await using hasty = await startSystem({ redisUrl: inject('redisUrl'), startPatienceMs: 200 })
  const givenUp = () => hasty.logs.filter(({ msg }) => msg === 'task not started')
  hasty.core.before = () => {
    if (givenUp().length === 0) throw new ServerError(Status.UNAVAILABLE, 'inner details')
  }
  const { taskId, task } = await hasty.addTask()
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  expect(task.attempt).toBe(1)
  expect(givenUp()).toMatchObject([{ level: 40, taskId, err: { code: 'core_unavailable' } }])
})

test('reports again when core was away at the end, and does no work twice', async () => {
  let refusals = 0
  system.core.before = (method) => {
    if (method === 'complete' && refusals++ < 2) throw new ServerError(Status.UNAVAILABLE, 'away')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, attempt: 1, failures: [] })
  expect(askedNodes()).toEqual(['analyse', 'propose'])
  const waits = system.logs.filter(({ msg }) => msg === 'report waits for core')
  expect(waits).toMatchObject([
    { level: 40, taskId, attempt: 1, err: { code: 'core_unavailable' } },
  ])
})

test('takes a repeated report for taken when the first answer was lost', async () => {
  let lost = false
  system.core.afterComplete = () => {
    if (lost) return
    lost = true
    throw new ServerError(Status.UNAVAILABLE, 'gone')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, attempt: 1 })
  expect(task.completions).toHaveLength(2)
  expect(system.logs.at(-1)).toMatchObject({ level: 30, msg: 'task completed' })
})

test.each([
  ['refused on its way', () => Promise.reject(new ServerError(Status.UNAVAILABLE, 'gone'))],
  ['never sent', () => new Promise(() => {})],
])(
  'runs one attempt when the answer to its start was %s, and counts no failure',
  async (_, lose) => {
    await using hasty = await startSystem({ redisUrl: inject('redisUrl'), coreDeadlineMs: 1_000 })
    hasty.core.afterStart = () => {
      hasty.core.afterStart = () => {}
      return lose()
    }
    const { taskId, task } = await hasty.addTask()
    await eventually(() => task.state).toBe(TaskState.COMPLETED)
    expect(task).toMatchObject({ attempt: 1, failed: 0 })
    expect(task.starts).toHaveLength(1)
    const events = await hasty.eventsOf(taskId)
    expect(events.filter(({ type }) => type === 'task.started')).toHaveLength(1)
  },
)
