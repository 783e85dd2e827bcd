// What the orchestrator leaves in traces and logs when all goes well. One task, looked at from several sides.
import { TaskState, taskQueueName } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import type { RunningProcess } from '@throughline/process/testing'
import '@throughline/trace-testing/vitest'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { answerEverything } from './testing/model-peer.ts'
import {
  negotiationTask,
  type SentTask,
  sentBaggage,
  startWorld,
  type World,
} from './testing/start-world.ts'

const patience = { timeout: 15_000 }

let world: World
let orchestrator: RunningProcess
let sent: SentTask
let exitCode: number | null

beforeAll(async () => {
  world = await startWorld(inject('redisUrl'), 7)
  // With a short lease, locks are renewed and stalled jobs looked for while the task runs.
  orchestrator = await world.startOrchestrator({ ORCHESTRATOR_LEASE_MS: '1000' })
  world.model.behaviour = async (response, request) => {
    if (request.node === 'propose') await untilLockRenewed(sent.taskId)
    answerEverything(response, request)
  }
  sent = await world.send({ ...negotiationTask, started: { waitedMs: 1_250 } })
  await vi.waitUntil(() => sent.task.state === TaskState.COMPLETED, patience)
  exitCode = await orchestrator.stop()
})
afterAll(() => world[Symbol.asyncDispose]())

const wholeTask = `
process throughline-tasks                    CONSUMER  orchestrator
├ run task                                   INTERNAL  orchestrator  throughline.task.attempt=1
│ ├ throughline.v1.TaskService/StartTask     CLIENT    orchestrator
│ ├ run node                                 INTERNAL  orchestrator  throughline.node.id=analyse  throughline.node.type=model
│ │ └ chat tiny                              CLIENT    orchestrator
│ │   └ POST                                 CLIENT    orchestrator
│ ├ save checkpoint                          INTERNAL  orchestrator
│ │ └ eval                                   CLIENT    orchestrator
│ ├ run node                                 INTERNAL  orchestrator  throughline.node.id=propose  throughline.node.type=model
│ │ └ chat tiny                              CLIENT    orchestrator
│ │   └ POST                                 CLIENT    orchestrator
│ ├ save checkpoint                          INTERNAL  orchestrator
│ │ └ eval                                   CLIENT    orchestrator
│ ├ run node                                 INTERNAL  orchestrator  throughline.node.id=policy  throughline.node.type=policy
│ ├ save checkpoint                          INTERNAL  orchestrator
│ │ └ eval                                   CLIENT    orchestrator
│ ├ run node                                 INTERNAL  orchestrator  throughline.node.id=decide  throughline.node.type=model
│ │ └ chat tiny                              CLIENT    orchestrator
│ │   └ POST                                 CLIENT    orchestrator
│ ├ save checkpoint                          INTERNAL  orchestrator
│ │ └ eval                                   CLIENT    orchestrator
│ ├ run node                                 INTERNAL  orchestrator  throughline.node.id=counter  throughline.node.type=tool
│ ├ save checkpoint                          INTERNAL  orchestrator
│ │ └ eval                                   CLIENT    orchestrator
│ ├ run node                                 INTERNAL  orchestrator  throughline.node.id=outcome  throughline.node.type=join
│ └ throughline.v1.TaskService/CompleteTask  CLIENT    orchestrator
└ complete throughline-tasks                 INTERNAL  orchestrator
  └ evalsha                                  CLIENT    orchestrator
`

const shown = ['throughline.task.attempt', 'throughline.node.id', 'throughline.node.type']

test('leaves one tree for one task', () => {
  const trace = world.receiver.trace(sent.traceId)
  const options = { callers: [sent.producer], attributes: shown }
  expect(trace).toMatchTree(wholeTask, options)
})

test("leaves no other span: polls, lock renewals and stalled checks are nobody's business", () => {
  expect(world.receiver.traces.map(({ traceId }) => traceId)).toEqual([sent.traceId])
})

test('carries trace and baggage of the job to the model server', () => {
  const { traceId } = sent
  const headers = { baggage: sentBaggage, traceparent: expect.stringContaining(traceId) }
  expect(world.model.requests).toMatchObject(Array(3).fill({ headers }))
})

test('logs how the task ended within the trace, and sends each line once', () => {
  const [listening, ...lines] = orchestrator.lines
  expect(listening).toMatchObject({ msg: 'listening', level: 'info' })
  expect(lines.map(({ msg }) => msg)).toEqual(['task completed'])
  const printed = lines.map(({ trace_id, span_id, msg }) => ({
    service: 'orchestrator',
    traceId: String(trace_id),
    spanId: String(span_id),
    body: String(msg),
  }))
  expect(world.receiver.trace(sent.traceId)).toHaveCompleteLogs(printed)
})

test('says how long the task waited, as an attribute and as a metric', () => {
  const { spans } = world.receiver.trace(sent.traceId)
  const task = spans.find(({ name }) => name === 'run task')
  expect(task?.attributes['throughline.task.wait_time']).toBe(1.25)
  expect([...world.receiver.metricNames]).toContain('throughline.task.wait_time')
})

test('measures tasks, nodes, checkpoints, tokens and itself', () => {
  expect([...world.receiver.metricNames]).toEqual(
    expect.arrayContaining([
      'throughline.tasks.started',
      'throughline.tasks.completed',
      'throughline.task.duration',
      'throughline.node.executions',
      'throughline.node.duration',
      'throughline.checkpoints.saved',
      'throughline.checkpoint.size',
      'throughline.llm.calls',
      'throughline.llm.tokens',
      'throughline.worker.heartbeats',
    ]),
  )
})

test('ends with 0 when asked to', () => {
  expect(exitCode).toBe(0)
})

async function untilLockRenewed(taskId: string): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  await vi.waitUntil(async () => {
    const left = await world.redis.pttl(`bull:${taskQueueName}:${taskId}:lock`)
    const renewed = left > least
    least = Math.min(least, left)
    return renewed
  }, patience)
}
