// One worker with everything around it: real Redis and queue, and its two peers over real gRPC and HTTP.
import { randomUUID } from 'node:crypto'
import {
  cancellationChannel,
  cancellationKey,
  type TaskEvent,
  type TaskType,
  taskEventSchema,
  taskEventsKey,
} from '@throughline/contracts'
import { Queue } from 'bullmq'
import { createCheckpointStore } from '../checkpoints/checkpoint-store.ts'
import { connectCore } from '../core-client.ts'
import { bundledPrices, type Prices } from '../cost/prices.ts'
import { createTaskEventWriter } from '../events/task-events.ts'
import { createModelClient } from '../models/model-client.ts'
import { connectQueueRedis, connectRedis } from '../redis.ts'
import { createJobProcessor } from '../tasks/process-job.ts'
import { buildWorker } from '../worker.ts'
import type { Workflow } from '../workflows/workflow.ts'
import { collectLogs, type LogLine } from './collect-logs.ts'
import {
  type CorePeer,
  type NewPeerTask,
  newPeerTask,
  type PeerTask,
  startCorePeer,
} from './core-peer.ts'
import { type ModelPeer, startModelPeer } from './model-peer.ts'
import { testWorkflows } from './workflows.ts'

export interface SystemOptions {
  readonly redisUrl: string
  readonly workerId?: string
  readonly graceMs?: number
  readonly leaseMs?: number
  readonly coreDeadlineMs?: number
  readonly startPatienceMs?: number
  readonly workflows?: Readonly<Record<TaskType, Workflow>>
  readonly prices?: Prices
}

export interface System extends AsyncDisposable {
  readonly workerId: string
  readonly core: CorePeer
  readonly model: ModelPeer
  readonly queue: Queue
  readonly logs: LogLine[]
  readonly redis: ReturnType<typeof connectRedis>
  /** What core would have committed and enqueued. */
  addTask(task?: NewPeerTask): Promise<{ taskId: string; task: PeerTask }>
  /** As core does it, but for the channel when nobody is to be told. */
  cancel(taskId: string, options?: { quietly: boolean }): Promise<void>
  eventsOf(taskId: string): Promise<TaskEvent[]>
  stopWorker(): Promise<void>
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { redisUrl, graceMs = 2_000, leaseMs = 10_000 } = options
  const { coreDeadlineMs: deadlineMs, startPatienceMs } = options
  const { workerId = `worker-${randomUUID()}`, workflows = testWorkflows } = options
  const { logger, lines } = collectLogs()
  const corePeer = await startCorePeer()
  const model = await startModelPeer()
  const core = connectCore(corePeer.address, { deadlineMs })
  const redis = connectRedis(redisUrl, workerId, logger)
  const queueRedis = connectQueueRedis(redisUrl, logger)
  const cancellationsRedis = connectQueueRedis(redisUrl, logger)
  // A queue of its own keeps this system apart from all others on the same Redis.
  const queueName = `test-${randomUUID()}`
  const queue = new Queue(queueName, { connection: queueRedis })

  const events = createTaskEventWriter(redis, logger)
  const processJob = createJobProcessor({
    core: core.tasks,
    checkpoints: createCheckpointStore(redis, logger),
    askModel: createModelClient({ url: model.url, name: 'tiny', temperature: 0, timeoutMs: 5_000 }),
    modelName: 'tiny',
    prices: options.prices ?? bundledPrices,
    ...{ workflows, events, redis, logger, workerId, startPatienceMs },
  })
  const worker = buildWorker(processJob, {
    ...{ workerId, graceMs, leaseMs, logger, queueName, redis, queueRedis, cancellationsRedis },
    concurrency: 2,
  })
  worker.start()

  return {
    ...{ workerId, core: corePeer, model, queue, logs: lines, redis },
    async addTask(settings = { taskType: 'negotiation', input: {} }) {
      const taskId = randomUUID()
      const task = newPeerTask(settings)
      corePeer.tasks.set(taskId, task)
      const { tenantId, taskType } = task
      const backoff = { type: 'exponential', delay: 10 }
      const data = { taskId, tenantId, taskType }
      await queue.add(taskType, data, { jobId: taskId, attempts: 3, backoff, priority: 1 })
      return { taskId, task }
    },
    async cancel(taskId, { quietly } = { quietly: false }) {
      corePeer.cancel(taskId)
      await redis.set(cancellationKey(taskId), '1', 'EX', 60)
      if (!quietly) await redis.publish(cancellationChannel, taskId)
    },
    async eventsOf(taskId) {
      await events.flush()
      const entries = await redis.xrange(taskEventsKey(taskId), '-', '+')
      return entries.map(([, [, json = '']]) => taskEventSchema.parse(JSON.parse(json)))
    },
    stopWorker: worker.stop,
    async [Symbol.asyncDispose]() {
      await worker.stop()
      await events.flush()
      await queue.obliterate({ force: true })
      await queue.close()
      core.close()
      for (const connection of [redis, queueRedis, cancellationsRedis]) connection.disconnect()
      await model[Symbol.asyncDispose]()
      await corePeer.stop()
    },
  }
}
