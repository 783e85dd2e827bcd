import {
  checkpointKey,
  TaskState,
  type WorkerRecord,
  workerDrainKey,
  workerKey,
  workerRecordSchema,
  workersKey,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { ServerError, Status } from 'nice-grpc'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { answer, answerEverything, fail } from './testing/model-peer.ts'
import { type System, startSystem } from './testing/start-system.ts'
import { nothingButFirst, testWorkflows } from './testing/workflows.ts'

let system: System
beforeEach(async () => {
  system = await startSystem({ redisUrl: inject('redisUrl') })
})
afterEach(() => system[Symbol.asyncDispose]())

const askedNodes = () => system.model.requests.map(({ node }) => node)
const noJob = (taskId: string) =>
  eventually(() => system.queue.getJobState(taskId)).toMatch(/completed|unknown/)
const endless = { taskType: 'price_review' } as const

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

test('tries again after a failure, from the node that failed', async () => {
  let failures = 0
  system.model.behaviour = (response, request) => {
    const broken = request.node === 'propose' && failures++ < 2
    return (broken ? fail(500) : answerEverything)(response, request)
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, attempt: 3 })
  expect(task.failures).toMatchObject([
    { attempt: 1, errorCode: 'model_unavailable', retryable: true },
    { attempt: 2, errorCode: 'model_unavailable', retryable: true },
  ])
  expect(askedNodes()).toEqual(['analyse', 'propose', 'propose', 'propose'])
})

test('reports what each attempt used, once', async () => {
  let failures = 0
  system.model.behaviour = (response, request) => {
    const broken = request.node === 'propose' && failures++ < 1
    return (broken ? fail(500) : answerEverything)(response, request)
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  const used = { inputTokens: 20, outputTokens: 9 }
  expect(task.failures).toMatchObject([{ attempt: 1, usage: used }])
  expect(task.completions).toMatchObject([{ attempt: 2, usage: used }])
})

test('calls a task dead when core has no attempt left for it', async () => {
  system.model.behaviour = fail(500)
  const { taskId, task } = await system.addTask()
  await eventually(() => system.queue.getJobState(taskId)).toBe('failed')
  expect(task).toMatchObject({ state: TaskState.DEAD, attempt: 3, completions: [] })
  const ends = (await system.eventsOf(taskId)).filter(({ type }) => type === 'task.failed')
  expect(ends).toEqual(
    [true, true, false].map((willRetry) => ({
      ...{ type: 'task.failed', errorCode: 'model_unavailable', willRetry },
    })),
  )
  expect(system.logs.at(-1)).toMatchObject({
    ...{ level: 50, msg: 'task dead', taskId, errorCode: 'model_unavailable' },
  })
  expect(await system.redis.exists(checkpointKey(taskId))).toBe(0)
})

test.each([
  ['model_unavailable', fail(503), 3],
  ['model_answer_invalid', answer('no JSON'), 3],
  ['model_request_refused', fail(400), 1],
] as const)(
  'reports %s with a sentence that is safe to show',
  async (errorCode, behaviour, attempts) => {
    system.model.behaviour = behaviour
    const { taskId, task } = await system.addTask()
    await eventually(() => system.queue.getJobState(taskId)).toBe('failed')
    expect(task.failures).toHaveLength(attempts)
    expect(task.failures.at(-1)).toMatchObject({ errorCode, errorMessage: expect.any(String) })
    expect(JSON.stringify(task.failures)).not.toContain('inner details')
  },
)

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
  const givenUp = () => system.logs.filter(({ msg }) => msg === 'task not started')
  system.core.before = () => {
    if (givenUp().length === 0) throw new ServerError(Status.UNAVAILABLE, 'inner details')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, attempt: 1 })
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

test('runs one attempt when the answer to its start was lost, and counts no failure', async () => {
  let lost = false
  system.core.afterStart = () => {
    if (lost) return
    lost = true
    throw new ServerError(Status.UNAVAILABLE, 'gone')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: TaskState.COMPLETED, attempt: 1, failed: 0 })
  expect(task.starts).toHaveLength(1)
  expect(task.completions).toHaveLength(1)
  const events = await system.eventsOf(taskId)
  expect(events.filter(({ type }) => type === 'task.started')).toHaveLength(1)
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

test('ends a task that has had its time, over all attempts', async () => {
  const { taskId, task } = await system.addTask({ taskType: 'listing_summary' })
  await eventually(() => system.queue.getJobState(taskId)).toBe('failed')
  expect(task).toMatchObject({ state: TaskState.FAILED, attempt: 1 })
  expect(task.failures).toMatchObject([{ errorCode: 'timed_out', retryable: false }])
})

test('ends a task whose next call could cost more than is left', async () => {
  const prices = new Map([['tiny', { inputPicoUsd: 1_000, outputPicoUsd: 1_000 }]])
  await using priced = await startSystem({ redisUrl: inject('redisUrl'), prices })
  const { taskId, task } = await priced.addTask({
    ...{ taskType: 'negotiation', input: {}, started: { budgetNanoUsd: 1 } },
  })
  await eventually(() => priced.queue.getJobState(taskId)).toBe('failed')
  expect(task).toMatchObject({ state: TaskState.FAILED, attempt: 1 })
  expect(task.failures).toMatchObject([{ errorCode: 'budget_exceeded', retryable: false }])
  expect(priced.model.requests).toEqual([])
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

/** As if the process had been stopped: neither timers nor answers come through. */
function stand(ms: number): void {
  const endsAt = performance.now() + ms
  while (performance.now() < endsAt);
}

async function record(): Promise<WorkerRecord | undefined> {
  const json = await system.redis.get(workerKey(system.workerId))
  return json === null ? undefined : workerRecordSchema.parse(JSON.parse(json))
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
