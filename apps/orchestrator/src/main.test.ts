// The orchestrator as a process: what it leaves in traces and logs, and what it does when it is killed.
import { randomBytes, randomUUID } from 'node:crypto'
import { taskEventsKey, taskQueueName } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import '@throughline/trace-testing/vitest'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type CorePeer, newPeerTask, startCorePeer } from './testing/core-peer.ts'
import {
  answerEverything,
  fail,
  type ModelPeer,
  openStream,
  sendChunk,
  startModelPeer,
} from './testing/model-peer.ts'
import { type OtlpReceiver, startOtlpReceiver } from './testing/otlp-receiver.ts'
import { type RunningOrchestrator, runOrchestrator } from './testing/run-orchestrator.ts'

// A database of its own keeps the one queue of the system apart from other suites.
const redisUrl = `${inject('redisUrl')}/7`

let core: CorePeer
let model: ModelPeer
let otlp: OtlpReceiver
let redis: Redis
let queue: Queue
let running: RunningOrchestrator[]

beforeEach(async () => {
  ;[core, model, otlp] = await Promise.all([startCorePeer(), startModelPeer(), startOtlpReceiver()])
  redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  await redis.flushdb()
  queue = new Queue(taskQueueName, { connection: redis })
  running = []
})

afterEach(async () => {
  for (const one of running) await one[Symbol.asyncDispose]()
  await queue.close()
  redis.disconnect()
  for (const peer of [core, model, otlp]) await peer[Symbol.asyncDispose]()
})

async function start(env: Record<string, string> = {}): Promise<RunningOrchestrator> {
  const orchestrator = await runOrchestrator({
    REDIS_URL: redisUrl,
    CORE_ADDRESS: core.address,
    MODEL_SERVER_URL: model.url,
    MODEL_NAME: 'tiny',
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    ...env,
  })
  running.push(orchestrator)
  return orchestrator
}

/** A job as core sends it: with the context of its PRODUCER span, here of one that nobody records. */
async function send(baggage = 'throughline.fault=none') {
  const taskId = randomUUID()
  const task = newPeerTask()
  core.tasks.set(taskId, task)
  const traceId = randomBytes(16).toString('hex')
  const producer = randomBytes(8).toString('hex')
  const metadata = JSON.stringify({ traceparent: `00-${traceId}-${producer}-01`, baggage })
  const data = { taskId, tenantId: 'tnt_demo', taskType: 'negotiation' }
  await queue.add('negotiation', data, {
    jobId: taskId,
    attempts: 3,
    backoff: { type: 'exponential', delay: 10 },
    telemetry: { metadata },
  })
  return { taskId, task, traceId, producer }
}

/** What a task without surprises leaves below its producer. */
const wholeTask = `
process throughline-tasks                         CONSUMER  orchestrator
├ run task                                        INTERNAL  orchestrator  throughline.task.attempt=1
│ ├ grpc.throughline.v1.TaskService/StartTask     CLIENT    orchestrator
│ ├ run node                                      INTERNAL  orchestrator  throughline.node.id=analyse  throughline.node.type=model
│ │ └ chat tiny                                   CLIENT    orchestrator
│ │   └ POST                                      CLIENT    orchestrator
│ ├ save checkpoint                               INTERNAL  orchestrator
│ │ └ eval                                        CLIENT    orchestrator
│ ├ run node                                      INTERNAL  orchestrator  throughline.node.id=propose  throughline.node.type=model
│ │ └ chat tiny                                   CLIENT    orchestrator
│ │   └ POST                                      CLIENT    orchestrator
│ ├ save checkpoint                               INTERNAL  orchestrator
│ │ └ eval                                        CLIENT    orchestrator
│ ├ run node                                      INTERNAL  orchestrator  throughline.node.id=policy  throughline.node.type=policy
│ ├ save checkpoint                               INTERNAL  orchestrator
│ │ └ eval                                        CLIENT    orchestrator
│ ├ run node                                      INTERNAL  orchestrator  throughline.node.id=decide  throughline.node.type=model
│ │ └ chat tiny                                   CLIENT    orchestrator
│ │   └ POST                                      CLIENT    orchestrator
│ ├ save checkpoint                               INTERNAL  orchestrator
│ │ └ eval                                        CLIENT    orchestrator
│ └ grpc.throughline.v1.TaskService/CompleteTask  CLIENT    orchestrator
└ complete throughline-tasks                      INTERNAL  orchestrator
  └ evalsha                                       CLIENT    orchestrator
`

const shown = ['throughline.task.attempt', 'throughline.node.id', 'throughline.node.type']

test('leaves one tree for one task, and nothing else', async () => {
  // With a short lease, locks are renewed and stalled jobs looked for while the task runs.
  const orchestrator = await start({ ORCHESTRATOR_LEASE_MS: '1000' })
  const { taskId, task, traceId, producer } = await send()
  model.behaviour = async (response, request) => {
    if (request.node === 'propose') await untilLockRenewed(taskId)
    answerEverything(response, request)
  }
  await expect.poll(() => task.state, { timeout: 10_000 }).toBe('completed')
  expect(await orchestrator.stop()).toBe(0)

  const trace = otlp.trace(traceId)
  expect(trace).toMatchTree(wholeTask, { callers: [producer], attributes: shown })
  expect(otlp.spans.filter((span) => span.traceId !== traceId)).toEqual([])
})

test('carries the baggage of the job to the model server', async () => {
  await start()
  const { task, traceId } = await send('throughline.fault=model-error')
  await expect.poll(() => task.state, { timeout: 10_000 }).toBe('completed')
  expect(model.requests.map(({ headers }) => headers)).toMatchObject(
    Array(3).fill({
      baggage: 'throughline.fault=model-error',
      traceparent: expect.stringContaining(traceId),
    }),
  )
})

test('logs every milestone within the trace', async () => {
  const orchestrator = await start()
  const { task, traceId } = await send()
  await expect.poll(() => task.state, { timeout: 10_000 }).toBe('completed')
  await orchestrator.stop()
  const [listening, ...lines] = orchestrator.lines
  expect(listening).toMatchObject({ msg: 'listening', level: 'info' })
  expect(lines.map(({ msg, trace_id }) => [msg, trace_id])).toEqual(
    ['task started', ...Array(4).fill('node completed'), 'task completed'].map((milestone) => [
      milestone,
      traceId,
    ]),
  )
})

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
        { name: 'grpc.throughline.v1.TaskService/StartTask' },
        ...(number > 1 ? [{ name: 'restore checkpoint', children: [{ name: 'eval' }] }] : []),
        {
          name: 'run node',
          status: 'ERROR' as const,
          children: [{ name: 'chat tiny', status: 'ERROR' as const, children: [post('ERROR')] }],
        },
        { name: 'grpc.throughline.v1.TaskService/FailTask' },
      ],
    },
    { name: last, children: [{ name: 'evalsha' }] },
  ],
})

const post = (status: 'ERROR' | 'UNSET') => ({ name: 'POST', kind: 'CLIENT' as const, status })

test('shows attempts side by side, each linked to the one before', async () => {
  model.behaviour = fail(500)
  const orchestrator = await start()
  const { task, traceId, producer } = await send()
  await expect.poll(() => task.state, { timeout: 10_000 }).toBe('failed')
  await orchestrator.stop()
  expect(otlp.trace(traceId)).toMatchTree(
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
  model.behaviour = async (response, request) => {
    if (broken) return answerEverything(response, request)
    broken = true
    openStream(response)
    sendChunk(response, { content: '{' })
    await expect.poll(() => redis.xlen(taskEventsKey(taskId)).then((n) => n > 2)).toBe(true)
    response.destroy()
  }
  const orchestrator = await start()
  const { taskId, task, traceId, producer } = await send()
  await expect.poll(() => task.state, { timeout: 10_000 }).toBe('completed')
  await orchestrator.stop()
  const trace = otlp.trace(traceId)
  expect(trace).toHaveNoOrphans({ callers: [producer] })
  const calls = trace.spans.filter(({ name }) => name === 'chat tiny')
  expect(calls.map(({ status }) => status)).toEqual(['ERROR', 'UNSET', 'UNSET', 'UNSET'])
})

test('goes on after a kill from the last checkpoint, and says what it follows', async () => {
  const env = { ORCHESTRATOR_LEASE_MS: '1000' }
  const asked = Promise.withResolvers<void>()
  model.behaviour = (response, request) =>
    request.node === 'propose' ? asked.resolve() : answerEverything(response, request)
  const killed = await start(env)
  const { task, traceId } = await send()
  await asked.promise
  await killed.kill()

  model.behaviour = answerEverything
  const orchestrator = await start(env)
  await expect.poll(() => task.state, { timeout: 10_000 }).toBe('completed')
  await orchestrator.stop()

  expect(task).toMatchObject({ attempt: 2, failures: [] })
  expect(task.completions).toHaveLength(1)
  expect(model.requests.map(({ node }) => node)).toEqual([
    ...['analyse', 'propose'],
    ...['propose', 'decide'],
  ])
  const second = otlp
    .trace(traceId)
    .spans.find(({ name, attributes }) => name === 'run task' && attributes[shown[0] ?? ''] === 2)
  const [, , firstSpanId] = (task.starts[0]?.traceparent ?? '').split('-')
  expect(second?.links).toEqual([{ traceId, spanId: firstSpanId }])
})

test('answers whether it lives and whether it can work', async () => {
  const { healthUrl } = await start()
  const status = async (path: string) => (await fetch(healthUrl + path)).status
  expect(await status('/healthz')).toBe(200)
  await expect.poll(() => status('/readyz')).toBe(200)
  expect(await status('/nowhere')).toBe(404)
  await core.stop()
  await expect.poll(() => status('/readyz')).toBe(503)
  expect(await status('/healthz')).toBe(200)
})

async function untilLockRenewed(taskId: string): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  await expect
    .poll(async () => {
      const left = await redis.pttl(`bull:${taskQueueName}:${taskId}:lock`)
      const renewed = left > least
      least = Math.min(least, left)
      return renewed
    })
    .toBe(true)
}
