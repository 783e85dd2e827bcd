// Attempts that fail, break off or are killed, as a process lives through them and as a trace shows them.
import { taskEventsKey } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import '@throughline/trace-testing/vitest'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { eventually } from '../testing/eventually.ts'
import { answerEverything, fail, openStream, sendChunk } from '../testing/model-peer.ts'
import { startWorld, type World } from '../testing/start-world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld(inject('redisUrl'), 8)
})
afterEach(() => world[Symbol.asyncDispose]())

const failedAttempt = (number: number, last: string) => ({
  name: 'process throughline-tasks',
  kind: 'CONSUMER' as const,
  children: [
    {
      name: 'run task',
      status: 'ERROR' as const,
      attributes: { 'throughline.task.attempt': number, 'error.type': 'model_unavailable' },
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
  await eventually(() => task.state).toBe('failed')
  await orchestrator.stop()
  expect(world.receiver.trace(traceId)).toMatchTree(
    [
      failedAttempt(1, 'delay throughline-tasks'),
      failedAttempt(2, 'delay throughline-tasks'),
      failedAttempt(3, 'fail throughline-tasks'),
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
  await eventually(() => task.state).toBe('completed')
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
  await eventually(() => task.state).toBe('completed')
  await orchestrator.stop()

  expect(task).toMatchObject({ attempt: 2, failures: [] })
  expect(task.completions).toHaveLength(1)
  expect(world.model.requests.map(({ node }) => node)).toEqual([
    ...['analyse', 'propose'],
    ...['propose', 'decide'],
  ])
  const second = world.receiver
    .trace(traceId)
    .spans.find(
      ({ name, attributes }) => name === 'run task' && attributes['throughline.task.attempt'] === 2,
    )
  const requeued = orchestrator.lines.find(({ msg }) => msg === 'task requeued: its lease expired')
  expect(requeued).toMatchObject({ taskId })
  // It was found outside of any task.
  expect(requeued).not.toHaveProperty('trace_id')
  const [, , firstSpanId] = (task.starts[0]?.traceparent ?? '').split('-')
  expect(second?.links).toEqual([{ traceId, spanId: firstSpanId }])
})
