// Attempts that fail, and tasks that end without a result.
import { checkpointKey, TaskState } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { expect, inject, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { answer, answerEverything, fail } from './testing/model-peer.ts'
import { startSystem } from './testing/start-system.ts'
import { systemForEachTest } from './testing/system-for-each-test.ts'

const { system, askedNodes, noJob } = systemForEachTest()

/** So often, and then no more. */
function failAtPropose(times: number): void {
  let failures = 0
  system.model.behaviour = (response, request) => {
    const broken = request.node === 'propose' && failures++ < times
    return (broken ? fail(500) : answerEverything)(response, request)
  }
}

test('tries again after a failure, from the node that failed', async () => {
  failAtPropose(2)
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
  failAtPropose(1)
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
