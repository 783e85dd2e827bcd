import { checkpointKey, TaskState } from '@throughline/contracts'
import { expect, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { systemForEachTest } from './testing/system-for-each-test.ts'

const { system, noJob } = systemForEachTest()

test('runs a task and reports its result once, with what it used', async () => {
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, attempt: 1, failures: [] })
  expect(task.completions).toEqual([
    {
      ...{ taskId, attempt: 1, result: { leverage: 'fair', price: '00396' } },
      usage: { inputTokens: 40, outputTokens: 18, costNanoUsd: 0, unpricedCalls: 2 },
    },
  ])
  expect(await system.redis.exists(checkpointKey(taskId))).toBe(0)
})

test('tells the progress of a task, each step once and in order', async () => {
  const { taskId } = await system.addTask()
  await noJob(taskId)
  const events = await system.eventsOf(taskId)
  const steps = events.filter(({ type }) => type !== 'token')
  expect(steps).toEqual([
    { type: 'task.started', attempt: 1 },
    ...['analyse', 'propose', 'sum_up'].flatMap((node) => [
      { type: 'node.started', node },
      { type: 'node.completed', node, output: expect.anything() },
    ]),
    { type: 'task.completed' },
  ])
  const spoken = events.flatMap((event) =>
    event.type === 'token' && event.node === 'analyse' ? [event.text] : [],
  )
  expect(spoken.join('')).toBe('{"leverage":"fair"}')
})

test('writes one line for a task that goes well, with facts as fields', async () => {
  const { taskId } = await system.addTask()
  await noJob(taskId)
  expect(system.logs).toMatchObject([{ level: 30, msg: 'task completed', taskId, attempt: 1 }])
})

test('drops a task that has ended, with its checkpoint', async () => {
  system.core.before = (method, taskId) => {
    const task = system.core.tasks.get(taskId)
    if (method === 'start' && task) task.state = TaskState.COMPLETED
  }
  const { taskId, task } = await system.addTask()
  await system.redis.hset(checkpointKey(taskId), { attempt: 1 })
  await noJob(taskId)
  expect(task).toMatchObject({ attempt: 0, completions: [], failures: [] })
  expect(system.logs.at(-1)).toMatchObject({ level: 40, msg: 'task dropped', taskId })
  expect(await system.redis.exists(checkpointKey(taskId))).toBe(0)
})

test.each([
  {},
  { taskId: 'x' },
  null,
  'text',
  { taskId: '0b1d4c8e-8a5e-4b5e-9a53-6d3f0c3f3c11', tenantId: '', taskType: 'x' },
])('refuses the job %j and goes on with the next', async (data) => {
  const job = await system.queue.add('negotiation', data, { attempts: 3 })
  await eventually(() => job.getState()).toBe('failed')
  expect(system.logs).toMatchObject([{ level: 50, msg: 'job refused', jobId: job.id }])
  const { taskId } = await system.addTask()
  await noJob(taskId)
})
