// The orchestrator as a process, between real Redis and its two peers, with everything it sends to a backend kept.
import { randomBytes, randomUUID } from 'node:crypto'
import { taskQueueName } from '@throughline/contracts'
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import { type Receiver, startReceiver } from '@throughline/trace-testing/receiver'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import {
  type CorePeer,
  type NewPeerTask,
  newPeerTask,
  type PeerTask,
  startCorePeer,
} from './core-peer.ts'
import { type ModelPeer, startModelPeer } from './model-peer.ts'

export interface SentTask {
  readonly taskId: string
  readonly task: PeerTask
  readonly traceId: string
  /** Its PRODUCER span, which nobody records. */
  readonly producer: string
}

export interface World extends AsyncDisposable {
  readonly core: CorePeer
  readonly model: ModelPeer
  readonly receiver: Receiver
  readonly redis: Redis
  startOrchestrator(env?: Record<string, string>): Promise<RunningProcess>
  /** A job as core sends it, with the context of its PRODUCER span. */
  send(task?: NewPeerTask): Promise<SentTask>
}

/** A negotiation over a listing, as core snapshots it. */
export const negotiationTask = {
  taskType: 'negotiation',
  input: {
    listing: {
      ...{ id: 'lst_1', title: 'Field camera', category: 'cameras', condition: 'good' },
      ...{ priceCents: 45_000, daysListed: 12 },
    },
    budgetCents: 40_000,
  },
} as const satisfies NewPeerTask

export const sentBaggage = 'throughline.fault=model-error'

/** A Redis database of its own keeps the one queue of the system apart from other worlds. */
export async function startWorld(redisUrl: string, database: number): Promise<World> {
  const url = `${redisUrl}/${database}`
  const [core, model, receiver] = await Promise.all([
    startCorePeer(),
    startModelPeer(),
    startReceiver(),
  ])
  const redis = new Redis(url, { maxRetriesPerRequest: null })
  await redis.flushdb()
  const queue = new Queue(taskQueueName, { connection: redis })
  const orchestrators: RunningProcess[] = []

  return {
    ...{ core, model, receiver, redis },
    async startOrchestrator(env = {}) {
      const orchestrator = await startProcess({
        folder: new URL('../..', import.meta.url),
        imports: ['@throughline/telemetry/register'],
        env: {
          ...receiver.env,
          ...{ REDIS_URL: url, CORE_ADDRESS: core.address, MODEL_SERVER_URL: model.url },
          ...{ MODEL_NAME: 'tiny', ORCHESTRATOR_PORT: '0', OTEL_SERVICE_NAME: 'orchestrator' },
          ...env,
        },
      })
      orchestrators.push(orchestrator)
      return orchestrator
    },
    async send(settings = negotiationTask) {
      const [taskId, task] = [randomUUID(), newPeerTask(settings)]
      core.tasks.set(taskId, task)
      const traceId = randomBytes(16).toString('hex')
      const producer = randomBytes(8).toString('hex')
      const traceparent = `00-${traceId}-${producer}-01`
      const metadata = JSON.stringify({ traceparent, baggage: sentBaggage })
      const { tenantId, taskType } = task
      await queue.add(
        taskType,
        { taskId, tenantId, taskType },
        {
          jobId: taskId,
          priority: 1,
          attempts: 3,
          backoff: { type: 'exponential', delay: 10 },
          telemetry: { metadata },
        },
      )
      return { taskId, task, traceId, producer }
    },
    async [Symbol.asyncDispose]() {
      for (const one of orchestrators) await one[Symbol.asyncDispose]()
      await queue.close()
      redis.disconnect()
      for (const peer of [core, model, receiver]) await peer[Symbol.asyncDispose]()
    },
  }
}
