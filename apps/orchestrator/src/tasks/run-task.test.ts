// Attempts that fail, break off or are killed, as a process lives through them and as a trace shows them.
import {
  AttemptOutcome,
  cancellationChannel,
  TaskState,
  taskEventsKey,
} from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import type { TraceSpan } from '@throughline/trace-testing'
import '@throughline/trace-testing/vitest'
import { checkpointKey } from '@throughline/contracts'
import { ServerError, Status } from 'nice-grpc'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { answerEverything, fail, openStream, sendChunk } from '../testing/model-peer.ts'
import { negotiationTask, type SentTask, startWorld, type World } from '../testing/start-world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld(inject('redisUrl'), 8)
})
afterEach(() => world[Symbol.asyncDispose]())

const failedAttempt = (number: number, last: string, errorType = 'model_unavailable') => ({
  name: 'process throughline-tasks',
  kind: 'CONSUMER' as const,
  children: [
    {
      name: 'run task',
      status: 'ERROR' as const,
      attributes: { 'throughline.task.attempt': number, 'error.type': errorType },
      links: number > 1 ? ['run task'] : [],
      children: [
        { name: 'throughline.v1.TaskService/StartTask' },
        ...(number > 1 ? [{ name: 'restore checkpoint', children: [{ name: 'eval' }] }] : []),
        {
          name: 'run node',
          status: 'ERROR' as const,
          children: [{ name: 'chat tiny', status: 'ERROR' as const, children: [post('ERROR')] }],
        },
        { name: 'throughline.v1.TaskService/FailTask' },
      ],
    },
    { name: last, children: [{ name: 'evalsha' }] },
  ],
})

const post = (status: 'ERROR' | 'UNSET') => ({ name: 'POST', kind: 'CLIENT' as const, status })

test('shows attempts side by side, each linked to the one before', async () => {
  world.model.behaviour = fail(500)
  const orchestrator = await world.startOrchestrator()
  const { task, traceId, producer } = await world.send()
  await eventually(() => task.state).toBe(TaskState.DEAD)
  await orchestrator.stop()
  expect(world.receiver.trace(traceId)).toMatchTree(
    [
      failedAttempt(1, 'delay throughline-tasks'),
      failedAttempt(2, 'delay throughline-tasks'),
      failedAttempt(3, 'fail throughline-tasks', 'dead'),
    ],
    { callers: [producer] },
  )
})

test('ends every span when the model breaks off within its answer', async () => {
  let broken = false
  world.model.behaviour = async (response, request) => {
    if (broken) return answerEverything(response, request)
    broken = true
    openStream(response)
    sendChunk(response, { content: '{' })
    await eventually(() => world.redis.xlen(taskEventsKey(taskId))).toBeGreaterThan(2)
    response.destroy()
  }
  const orchestrator = await world.startOrchestrator()
  const { taskId, task, traceId, producer } = await world.send()
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  await orchestrator.stop()
  const trace = world.receiver.trace(traceId)
  expect(trace).toHaveNoOrphans({ callers: [producer] })
  const calls = trace.spans.filter(({ name }) => name === 'chat tiny')
  expect(calls.map(({ status }) => status)).toEqual(['ERROR', 'UNSET', 'UNSET', 'UNSET'])
})

test('goes on after a kill from the last checkpoint, and says what it follows', async () => {
  const env = { ORCHESTRATOR_LEASE_MS: '1000' }
  const asked = Promise.withResolvers<void>()
  world.model.behaviour = (response, request) =>
    request.node === 'propose' ? asked.resolve() : answerEverything(response, request)
  const killed = await world.startOrchestrator(env)
  const { taskId, task, traceId } = await world.send()
  await asked.promise
  await killed.kill()

  world.model.behaviour = answerEverything
  const orchestrator = await world.startOrchestrator(env)
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  await orchestrator.stop()

  expect(task).toMatchObject({ attempt: 2, failures: [] })
  expect(task.completions).toHaveLength(1)
  expect(world.model.requests.slice(0, 3).map(({ node }) => node)).toEqual([
    ...['analyse', 'propose'],
    'propose',
  ])
  const second = runTaskSpans(traceId).find(isAttempt(2))
  const requeued = orchestrator.lines.find(({ msg }) => msg === 'task requeued')
  expect(requeued).toMatchObject({ taskId, attempt: 2, reason: 'crash', trace_id: traceId })
  const [, , firstSpanId] = (task.starts[0]?.traceparent ?? '').split('-')
  expect(second?.links).toEqual([{ traceId, spanId: firstSpanId }])
})

test('writes nothing more when it is stopped for longer than its lease and wakes up', async () => {
  const env = { ORCHESTRATOR_LEASE_MS: '1000' }
  const [asked, answering] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  world.model.behaviour = async (response, request) => {
    if (request.node !== 'propose') return answerEverything(response, request)
    asked.resolve()
    await answering.promise
    answerEverything(response, request)
  }
  const sleeper = await world.startOrchestrator({ ...env, WORKER_ID: 'sleeper' })
  const { taskId, task, traceId } = await world.send()
  await asked.promise
  sleeper.child.kill('SIGSTOP')

  const waking = Promise.withResolvers<void>()
  world.model.behaviour = async (response, request) => {
    // The second attempt is in the middle of its work when the first one is heard of again.
    if (request.node === 'decide') await waking.promise
    answerEverything(response, request)
  }
  const successor = await world.startOrchestrator({ ...env, WORKER_ID: 'successor' })
  await eventually(() => task.attempts.at(1)?.workerId).toBe('successor')
  const read = async () => ({
    events: await world.redis.xlen(taskEventsKey(taskId)),
    checkpoint: await world.redis.hgetall(checkpointKey(taskId)),
  })
  await eventually(() => world.model.requests.at(-1)?.node).toBe('decide')
  const before = await read()

  // The answer that it was waiting for lies ready when it wakes.
  answering.resolve()
  sleeper.child.kill('SIGCONT')
  await eventually(() => sleeper.lines).toContainEqual(
    expect.objectContaining({ msg: 'task stopped', errorCode: 'lease_lost', taskId, attempt: 1 }),
  )
  expect(await read()).toEqual(before)

  waking.resolve()
  await eventually(() => task.state).toBe(TaskState.COMPLETED)
  expect(task).toMatchObject({ attempt: 2, failures: [], releases: [] })
  expect(task.completions).toMatchObject([{ attempt: 2 }])
  expect(task.attempts.map(({ outcome }) => outcome)).toEqual([
    ...[AttemptOutcome.ABANDONED, AttemptOutcome.COMPLETED],
  ])
  const requeued = successor.lines.find(({ msg }) => msg === 'task requeued')
  expect(requeued).toMatchObject({ reason: 'lease_expired' })
  await sleeper.stop()
  const first = runTaskSpans(traceId).find(isAttempt(1))
  expect(first).toMatchObject({ status: 'ERROR', attributes: { 'error.type': 'lease_lost' } })
})

test('shows each end of a task at first glance: its own error type and its own event', async () => {
  // A model that has a price.
  const env = { ORCHESTRATOR_GRACE_MS: '50', MODEL_NAME: 'negotiator' }
  const orchestrator = await world.startOrchestrator(env)
  const ask = Promise.withResolvers<void>()
  world.model.behaviour = () => ask.resolve()
  const overBudget = await world.send({ ...negotiationTask, started: { budgetNanoUsd: 1 } })
  const outOfTime = await world.send({ ...negotiationTask, started: { runningMs: 10 ** 9 } })
  await eventually(() => outOfTime.task.state).toBe(TaskState.FAILED)
  await eventually(() => overBudget.task.state).toBe(TaskState.FAILED)
  const cancelled = await world.send()
  await ask.promise
  world.core.cancel(cancelled.taskId)
  await world.redis.publish(cancellationChannel, cancelled.taskId)
  await eventually(() => orchestrator.lines.at(-1)).toMatchObject({ msg: 'task cancelled' })
  const released = await world.send()
  await eventually(() => released.task.state).toBe(TaskState.RUNNING)
  await orchestrator.stop()

  const glance = ({ traceId }: SentTask) => {
    const [span] = runTaskSpans(traceId)
    return [span?.status, span?.attributes['error.type'], span?.events.at(-1)?.name]
  }
  expect(glance(overBudget)).toEqual(['ERROR', 'budget_exceeded', 'budget exceeded'])
  expect(glance(outOfTime)).toEqual(['ERROR', 'timed_out', 'task timed out'])
  expect(glance(cancelled)).toEqual(['ERROR', 'cancelled', 'task cancelled'])
  expect(glance(released)).toEqual(['ERROR', 'draining', 'task released'])
})

test('says of a task that died with its last worker that it is dead, and what that had used', async () => {
  const orchestrator = await world.startOrchestrator()
  const usage = { inputTokens: 30, outputTokens: 12, costNanoUsd: 45_000, unpricedCalls: 0 }
  let refusals = 0
  world.core.before = async (method, taskId) => {
    const task = world.core.tasks.get(taskId)
    if (method === 'report usage' && refusals++ === 0) {
      throw new ServerError(Status.UNAVAILABLE, 'away')
    }
    if (method !== 'start' || !task) return
    task.state = TaskState.DEAD
    const unreported = JSON.stringify({ attempt: 2, usage })
    await world.redis.hset(checkpointKey(taskId), { attempt: 3, unreported })
  }
  const { taskId, task, traceId } = await world.send()
  await eventually(() => orchestrator.lines.at(-1)).toMatchObject({ msg: 'task dropped', taskId })
  expect(task.leftovers).toEqual([{ taskId, attempt: 2, usage }])
  expect(await world.redis.exists(checkpointKey(taskId))).toBe(0)
  await orchestrator.stop()
  expect(runTaskSpans(traceId)).toMatchObject([
    { status: 'ERROR', attributes: { 'error.type': 'dead' }, events: [{ name: 'task dead' }] },
  ])
})

function runTaskSpans(traceId: string) {
  return world.receiver.trace(traceId).spans.filter(({ name }) => name === 'run task')
}

function isAttempt(attempt: number) {
  return ({ attributes }: Pick<TraceSpan, 'attributes'>) =>
    attributes['throughline.task.attempt'] === attempt
}
