import { NegotiationAction } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { ServerError, Status } from 'nice-grpc'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { checkpointKey } from './checkpoints/checkpoint-store.ts'
import { requeues } from './metrics.ts'
import { listing } from './testing/core-peer.ts'
import { eventually } from './testing/eventually.ts'
import { answer, answerEverything, fail } from './testing/model-peer.ts'
import { type System, startSystem } from './testing/start-system.ts'

let system: System
beforeEach(async () => {
  system = await startSystem({ redisUrl: inject('redisUrl') })
})
afterEach(() => system[Symbol.asyncDispose]())

const nodes = ['analyse', 'propose', 'policy', 'decide']
const askedNodes = () => system.model.requests.map(({ node }) => node)
const noJob = (taskId: string) =>
  eventually(() => system.queue.getJobState(taskId)).toMatch(/completed|unknown/)

test('runs a negotiation and reports its result once', async () => {
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: 'completed', attempt: 1, failures: [] })
  expect(task.completions).toEqual([
    {
      taskId,
      attempt: 1,
      result: {
        action: NegotiationAction.OFFER,
        priceCents: 39_600,
        message: `Would you take $396 for ${listing.title}?`,
        model: 'tiny',
        inputTokens: 60,
        outputTokens: 27,
      },
    },
  ])
  expect(await system.redis.exists(checkpointKey(taskId))).toBe(0)
})

test('asks what the model was trained on, and allows it only what the policy allows', async () => {
  const { taskId } = await system.addTask()
  await noJob(taskId)
  expect(system.model.requests.map(({ body }) => body.messages[0]?.content)).toEqual([
    'analyse category:cameras condition:good age:settled',
    'propose ask:0450 budget:0400 gap:near step:0396 leverage:fair',
    'decide ask:0450 offer:0396 gap:near tone:plain',
  ])
  const { action } =
    system.model.requests[2]?.body.response_format.json_schema.schema.properties ?? {}
  expect(action?.enum).toEqual(['offer', 'walk_away'])
})

test('tells the progress of a task, each step once and in order', async () => {
  const { taskId } = await system.addTask()
  await noJob(taskId)
  const events = await system.eventsOf(taskId)
  const steps = events.filter(({ type }) => type !== 'token')
  expect(steps).toEqual([
    { type: 'task.started', attempt: 1 },
    ...nodes.flatMap((node) => [
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

test('writes one line for each milestone, with facts as fields', async () => {
  const { taskId } = await system.addTask()
  await noJob(taskId)
  expect(system.logs).toMatchObject([
    { level: 30, msg: 'task started', taskId, attempt: 1 },
    ...nodes.map((node) => ({ level: 30, msg: 'node completed', taskId, node })),
    { level: 30, msg: 'task completed', taskId, attempt: 1 },
  ])
})

test('tries again after a failure, from the node that failed', async () => {
  let failures = 0
  system.model.behaviour = (response, request) => {
    const broken = request.node === 'propose' && failures++ < 2
    return (broken ? fail(500) : answerEverything)(response, request)
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: 'completed', attempt: 3 })
  expect(task.failures).toMatchObject([
    { attempt: 1, errorCode: 'model_unavailable', retryable: true },
    { attempt: 2, errorCode: 'model_unavailable', retryable: true },
  ])
  expect(askedNodes()).toEqual(['analyse', 'propose', 'propose', 'propose', 'decide'])
  // Usage of nodes that an earlier attempt finished counts, too.
  expect(task.completions).toMatchObject([{ attempt: 3, result: { inputTokens: 60 } }])
})

test('gives up when core does', async () => {
  system.model.behaviour = fail(500)
  const { taskId, task } = await system.addTask()
  await eventually(() => system.queue.getJobState(taskId)).toBe('failed')
  expect(task).toMatchObject({ state: 'failed', attempt: 3, completions: [] })
  const ends = (await system.eventsOf(taskId)).filter(({ type }) => type === 'task.failed')
  expect(ends).toEqual(
    [true, true, false].map((willRetry) => ({
      ...{ type: 'task.failed', errorCode: 'model_unavailable', willRetry },
    })),
  )
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

test('keeps the price of a greedy model within the policy', async () => {
  system.model.behaviour = (response, request) =>
    request.node === 'propose'
      ? answer('{"price":"9999","tone":"firm"}')(response)
      : answerEverything(response, request)
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task.completions).toMatchObject([{ result: { priceCents: 40_000 } }])
})

test('comes back to a task when core was away, without counting an attempt', async () => {
  let refusals = 0
  system.core.before = () => {
    if (refusals++ < 2) throw new ServerError(Status.UNAVAILABLE, 'inner details')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: 'completed', attempt: 1 })
  const lines = system.logs.filter(({ msg }) => msg === 'task not started')
  expect(lines).toMatchObject([
    { level: 40, taskId },
    { level: 40, taskId },
  ])
})

test('does no work twice when core was away at the end', async () => {
  let refusals = 0
  system.core.before = (method) => {
    if (method === 'complete' && refusals++ < 1) throw new ServerError(Status.UNAVAILABLE, 'away')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: 'completed', attempt: 2, failures: [] })
  expect(task.completions).toHaveLength(1)
  expect(askedNodes()).toEqual(['analyse', 'propose', 'decide'])
})

test('drops a task that has ended, with its checkpoint', async () => {
  let first = true
  system.core.before = (method, taskId) => {
    const task = system.core.tasks.get(taskId)
    if (method !== 'complete' || !task || !first) return
    // Committed, but the answer is lost on its way.
    first = false
    task.state = 'completed'
    throw new ServerError(Status.UNAVAILABLE, 'gone')
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ attempt: 1, completions: [], failures: [] })
  expect(system.logs.at(-1)).toMatchObject({ level: 40, msg: 'task dropped', taskId })
  expect(await system.redis.exists(checkpointKey(taskId))).toBe(0)
})

test('changes nothing when it finishes after a newer attempt has begun', async () => {
  system.core.before = (method, taskId) => {
    const task = system.core.tasks.get(taskId)
    if (method === 'complete' && task) task.attempt = 2
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: 'running', attempt: 2, failures: [] })
  expect(system.logs.at(-1)).toMatchObject({
    level: 40,
    msg: 'task stopped',
    errorCode: 'lease_lost',
  })
  const events = await system.eventsOf(taskId)
  expect(events.map(({ type }) => type)).not.toContain('task.completed')
})

test('stops before the next node when a newer attempt has its checkpoint', async () => {
  system.model.behaviour = async (response, request) => {
    const [taskId = ''] = system.core.tasks.keys()
    await system.redis.hset(checkpointKey(taskId), { attempt: 2, state: '' })
    answerEverything(response, request)
  }
  const { taskId, task } = await system.addTask()
  await noJob(taskId)
  expect(task).toMatchObject({ state: 'running', completions: [], failures: [] })
  expect(askedNodes()).toEqual(['analyse'])
  expect(system.logs.at(-1)).toMatchObject({ msg: 'task stopped', errorCode: 'lease_lost' })
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

  await eventually(() => task.state).toBe('completed')
  expect(task).toMatchObject({ attempt: 2, failures: [] })
  expect(task.completions).toMatchObject([{ attempt: 2 }])
  const stopped = hasty.logs.find(({ msg }) => msg === 'task stopped')
  expect(stopped).toMatchObject({ level: 40, taskId, attempt: 1, errorCode: 'lease_lost' })
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
  expect(task.state).toBe('completed')
  const { taskId: late } = await system.addTask()
  expect(await system.queue.getJobState(late)).toBe('waiting')
})

test('hands tasks back that do not end in time', async () => {
  await using impatient = await startSystem({ redisUrl: inject('redisUrl'), graceMs: 50 })
  const asked = Promise.withResolvers<void>()
  impatient.model.behaviour = () => asked.resolve()
  using counted = vi.spyOn(requeues, 'add')
  const { taskId, task } = await impatient.addTask()
  await asked.promise
  await impatient.stopWorker()
  expect(await impatient.queue.getJobState(taskId)).toBe('waiting')
  expect(task).toMatchObject({ state: 'running', failures: [] })
  expect(impatient.logs.at(-1)).toMatchObject({ msg: 'task handed back', errorCode: 'draining' })
  expect(counted.mock.calls).toContainEqual([1, { reason: 'draining' }])
  expect(counted.mock.calls).not.toContainEqual([1, { reason: 'error' }])
})
