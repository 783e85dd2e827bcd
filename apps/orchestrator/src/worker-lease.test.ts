// A worker keeps the lease of its task, or stops when the lease is lost or another attempt has begun.
import { checkpointKey, TaskState } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { expect, inject, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { answerEverything } from './testing/model-peer.ts'
import { type System, startSystem } from './testing/start-system.ts'
import { systemForEachTest } from './testing/system-for-each-test.ts'
import { nothingButFirst, testWorkflows } from './testing/workflows.ts'

const { system, askedNodes } = systemForEachTest()

test('changes nothing when it finishes after a newer attempt has begun', async () => {
  system.core.before = (method, taskId) => {
    const task = system.core.tasks.get(taskId)
    if (method === 'complete' && task) task.attempt = 2
  }
  const { taskId, task } = await system.addTask()
  await eventually(() => system.logs.at(-1)).toMatchObject({
    ...{ level: 40, msg: 'task stopped', errorCode: 'lease_lost', taskId },
  })
  expect(task).toMatchObject({ state: TaskState.RUNNING, attempt: 2, failures: [] })
  const events = await system.eventsOf(taskId)
  expect(events.map(({ type }) => type)).not.toContain('task.completed')
})

test('stops before the next node when a newer attempt has its checkpoint', async () => {
  system.model.behaviour = async (response, request) => {
    const [taskId = ''] = system.core.tasks.keys()
    await system.redis.hset(checkpointKey(taskId), { attempt: 2 })
    answerEverything(response, request)
  }
  const { task } = await system.addTask()
  await eventually(() => system.logs.at(-1)).toMatchObject({
    ...{ msg: 'task stopped', errorCode: 'lease_lost' },
  })
  expect(task).toMatchObject({ state: TaskState.RUNNING, completions: [], failures: [] })
  expect(askedNodes()).toEqual(['analyse'])
})

test('stops its work when its lease is gone, and leaves the task to whoever comes next', async () => {
  await using hasty = await startSystem({ redisUrl: inject('redisUrl'), leaseMs: 500 })
  const asked = Promise.withResolvers<void>()
  hasty.model.behaviour = () => {
    // The first question is never answered, so that only the lost lease can end the attempt.
    hasty.model.behaviour = answerEverything
    asked.resolve()
  }
  const { taskId, task } = await hasty.addTask()
  await asked.promise
  await hasty.redis.del(hasty.queue.toKey(`${taskId}:lock`))

  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  expect(task).toMatchObject({ attempt: 2, failures: [] })
  expect(task.completions).toMatchObject([{ attempt: 2 }])
  const stopped = hasty.logs.find(({ msg }) => msg === 'task stopped')
  expect(stopped).toMatchObject({ level: 40, taskId, attempt: 1, errorCode: 'lease_lost' })
})

test('reports no result once its lease has run out, though nobody has told it', async () => {
  let stands = true
  const workflows = { ...testWorkflows, noop: nothingButFirst(() => stands && stand(600)) }
  await using hasty = await startSystem({ redisUrl: inject('redisUrl'), leaseMs: 500, workflows })
  const { task } = await hasty.addTask({ taskType: 'noop' })
  await eventually(() => hasty.logs).toContainEqual(
    expect.objectContaining({ msg: 'task stopped', errorCode: 'lease_lost', attempt: 1 }),
  )
  stands = false
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  expect(task.completions).toMatchObject([{ attempt: task.attempt }])
  expect(task.failures).toEqual([])
})

test('keeps the lease of a task that takes longer than one', async () => {
  await using hasty = await startSystem({ redisUrl: inject('redisUrl'), leaseMs: 500 })
  hasty.model.behaviour = async (response, request) => {
    // Three renewals later the lock would be gone if it had not been renewed.
    await untilRenewed(hasty, 3)
    answerEverything(response, request)
  }
  const { task } = await hasty.addTask()
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  expect(task.attempt).toBe(1)
})

/** As if the process had been stopped: neither timers nor answers come through. */
function stand(ms: number): void {
  const endsAt = performance.now() + ms
  while (performance.now() < endsAt);
}

/** A lock that lives longer than before has been renewed. */
async function untilRenewed({ core, queue, redis }: System, times: number): Promise<void> {
  const [taskId] = core.tasks.keys()
  let [renewals, least] = [0, Number.POSITIVE_INFINITY]
  await eventually(async () => {
    const leftMs = await redis.pttl(queue.toKey(`${taskId}:lock`))
    if (leftMs > least) renewals += 1
    least = leftMs
    return renewals
  }).toBeGreaterThanOrEqual(times)
}
