// Each event of a task moves its metrics, and no other: a test compares all that were moved, not those it expects.

import { TaskState } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { beforeEach, expect, inject, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { answerEverything, fail } from './testing/model-peer.ts'
import { takeMeasurements } from './testing/record-metrics.ts'
import { startSystem } from './testing/start-system.ts'
import { systemForEachTest } from './testing/system-for-each-test.ts'

const { system } = systemForEachTest()
beforeEach(() => void takeMeasurements())

const tenant = 'tnt_demo'
const noop = { tenant, agent_type: 'none', task_type: 'noop' }
const negotiation = { tenant, agent_type: 'buyer', task_type: 'negotiation' }

const jobEnds = (taskId: string, { queue } = system) =>
  eventually(() => queue.getJobState(taskId)).toMatch(/completed|failed|unknown/)

/** Every metric that has moved, with its labels: counters by their sum. Heartbeats go by time, the queue's are not ours. */
function moved(): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { name, value, labels } of takeMeasurements()) {
    if (/heartbeats|throughline.queue/.test(name)) continue
    const key = [name.replace('throughline.', ''), ...Object.values(labels)].join(' ')
    const counted = /duration|size|wait_time/.test(name) ? 1 : value
    sums[key] = (sums[key] ?? 0) + counted
  }
  return sums
}

const labelled = (name: string, labels: object) => [name, ...Object.values(labels)].join(' ')
const begun = (labels: object, attempts = 1) => ({
  [labelled('tasks.started', labels)]: 1,
  [labelled('task.wait_time', labels)]: attempts,
})
const ended = (how: 'completed' | 'failed', labels: object) => ({
  [labelled(`tasks.${how}`, labels)]: 1,
  [labelled('task.duration', labels)]: 1,
})
const nodes = (type: string, status: string, times = 1) => ({
  [`node.executions ${type} ${status}`]: times,
})
const calls = (times: number) => ({
  [`llm.calls tiny ${tenant}`]: times,
  [`llm.unpriced_calls tiny ${tenant}`]: times,
  [`llm.tokens tiny ${tenant} input`]: 20 * times,
  [`llm.tokens tiny ${tenant} output`]: 9 * times,
})
const saved = (times: number) => ({ 'checkpoints.saved': times, 'checkpoint.size': times })

test('a task that completes: started, waited, node, completed', async () => {
  const { taskId } = await system.addTask({ taskType: 'noop' })
  await jobEnds(taskId)
  expect(moved()).toEqual({
    ...{ ...begun(noop), ...ended('completed', noop) },
    ...{ ...nodes('policy', 'completed'), 'node.duration policy': 1 },
  })
})

test('the duration of a task is that of all its attempts', async () => {
  const { taskId } = await system.addTask({ taskType: 'noop', started: { runningMs: 5_000 } })
  await jobEnds(taskId)
  const duration = takeMeasurements().find(({ name }) => name === 'throughline.task.duration')
  expect(duration?.value).toBeGreaterThanOrEqual(5)
})

test('calls to a model: calls, tokens of each kind, and what has no price', async () => {
  const { taskId } = await system.addTask()
  await jobEnds(taskId)
  expect(moved()).toEqual({
    ...{ ...begun(negotiation), ...ended('completed', negotiation), ...saved(2), ...calls(2) },
    ...{ ...nodes('model', 'completed', 2), 'node.duration model': 2 },
    ...{ ...nodes('policy', 'completed'), 'node.duration policy': 1 },
  })
})

test('a task that dies: two requeues for errors, and it fails once', async () => {
  system.model.behaviour = fail(500)
  const { taskId } = await system.addTask()
  await jobEnds(taskId)
  expect(moved()).toEqual({
    ...{ ...begun(negotiation, 3), ...ended('failed', negotiation), 'requeues error': 2 },
    ...{ ...nodes('model', 'failed', 3), 'node.duration model': 3 },
  })
})

test('an attempt that goes on from a checkpoint: restored once, and only what is left runs', async () => {
  let failures = 0
  system.model.behaviour = (response, request) => {
    const broken = request.node === 'propose' && failures++ < 1
    return (broken ? fail(500) : answerEverything)(response, request)
  }
  const { taskId } = await system.addTask()
  await jobEnds(taskId)
  expect(moved()).toEqual({
    ...{ ...begun(negotiation, 2), ...ended('completed', negotiation) },
    ...{ ...saved(2), ...calls(2), 'checkpoints.restored': 1, 'requeues error': 1 },
    ...{ ...nodes('model', 'completed', 2), ...nodes('model', 'failed'), 'node.duration model': 3 },
    ...{ ...nodes('policy', 'completed'), 'node.duration policy': 1 },
  })
})

test('a task that is cancelled: it neither completes nor fails', async () => {
  const { taskId, task } = await system.addTask({ taskType: 'price_review' })
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  await system.cancel(taskId)
  await jobEnds(taskId)
  expect(moved()).toEqual({
    ...begun({ tenant, agent_type: 'reviewer', task_type: 'price_review' }),
    ...{ ...nodes('tool', 'stopped'), 'node.duration tool': 1 },
  })
})

test('a worker that loses its lease: one requeue, by its reason', async () => {
  await using hasty = await startSystem({ redisUrl: inject('redisUrl'), leaseMs: 500 })
  let asked = false
  const answered = Promise.withResolvers<void>()
  hasty.model.behaviour = (response, request) => {
    if (asked) return answerEverything(response, request)
    asked = true
    answered.resolve()
  }
  const { taskId, task } = await hasty.addTask()
  await answered.promise
  await hasty.redis.del(hasty.queue.toKey(`${taskId}:lock`))
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  await jobEnds(taskId, hasty)
  const all = moved()
  const requeues = Object.entries(all).filter(([name]) => name.startsWith('requeues'))
  expect(requeues).toEqual([['requeues lease_expired', 1]])
  // How long the second attempt has waited, nobody knows.
  expect(all).toMatchObject(begun(negotiation))
})

test('a task that a worker gave back: one requeue, when it begins again', async () => {
  await using impatient = await startSystem({ redisUrl: inject('redisUrl'), graceMs: 50 })
  const { task } = await impatient.addTask({ taskType: 'price_review' })
  await eventually(() => task.state).toBe(TaskState.RUNNING)
  await impatient.stopWorker()
  expect(Object.keys(moved())).not.toContain('requeues draining')

  task.started.previous = task.attempts[0]
  const { taskId: again } = await system.addTask({ taskType: 'noop', started: task.started })
  await jobEnds(again)
  expect(moved()).toMatchObject({ 'requeues draining': 1 })
})

test('heartbeats: one for each that Redis has taken, and none once the worker has left', async () => {
  await eventually(() => takeMeasurements().length).toBeGreaterThan(0)
  await system.stopWorker()
  takeMeasurements()
  await using other = await startSystem({ redisUrl: inject('redisUrl') })
  const beats: unknown[] = []
  await eventually(() => beats.push(...takeMeasurements())).toBeGreaterThan(1)
  const name = 'throughline.worker.heartbeats'
  const beat = { name, value: 1, labels: { worker: other.workerId } }
  expect(beats).toEqual(beats.map(() => beat))
})
