// One worker with everything around it: real Redis and queue, and its two peers over real gRPC and HTTP.
import { randomUUID } from 'node:crypto'
import { type TaskEvent, taskEventSchema, taskEventsKey } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { createCheckpointStore } from '../checkpoints/checkpoint-store.ts'
import { connectCore } from '../core-client.ts'
import { createModelClient } from '../models/model-client.ts'
import { connectQueueRedis, connectRedis } from '../redis.ts'
import { createJobProcessor } from '../tasks/process-job.ts'
import { buildWorker } from '../worker.ts'
import { collectLogs, type LogLine } from './collect-logs.ts'
import { type CorePeer, newPeerTask, type PeerTask, startCorePeer } from './core-peer.ts'
import { type ModelPeer, startModelPeer } from './model-peer.ts'

export interface SystemOptions {
  readonly redisUrl: string
  readonly budgetCents?: number
  readonly graceMs?: number
  readonly leaseMs?: number
  readonly coreDeadlineMs?: number
}

export interface System extends AsyncDisposable {
  readonly core: CorePeer
  readonly model: ModelPeer
  readonly queue: Queue
  readonly logs: LogLine[]
  readonly redis: ReturnType<typeof connectRedis>
  /** What core would have committed and enqueued. */
  addTask(): Promise<{ taskId: string; task: PeerTask }>
  eventsOf(taskId: string): Promise<TaskEvent[]>
  stopWorker(): Promise<void>
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { redisUrl, graceMs = 2_000, leaseMs = 10_000, coreDeadlineMs = 2_000 } = options
  const { logger, lines } = collectLogs()
  const corePeer = await startCorePeer(options)
  const model = await startModelPeer()
  const core = connectCore(corePeer.address, { deadlineMs: coreDeadlineMs })
  const redis = connectRedis(redisUrl, logger)
  const queueRedis = connectQueueRedis(redisUrl, logger)
  // A queue of its own keeps this system apart from all others on the same Redis.
  const queueName = `test-${randomUUID()}`
  const queue = new Queue(queueName, { connection: queueRedis })

  const workerId = 'worker-1'
  const processJob = createJobProcessor({
    core: core.tasks,
    checkpoints: createCheckpointStore(redis, logger),
    askModel: createModelClient({ url: model.url, name: 'tiny', temperature: 0, timeoutMs: 5_000 }),
    ...{ redis, logger, workerId },
  })
  const worker = buildWorker(processJob, {
    ...{ workerId, graceMs, leaseMs, logger, queueName, redis: queueRedis },
    concurrency: 2,
  })
  worker.start()

  return {
    ...{ core: corePeer, model, queue, logs: lines, redis },
    async addTask() {
      const taskId = randomUUID()
      const task = newPeerTask()
      corePeer.tasks.set(taskId, task)
      const data = { taskId, tenantId: 'tnt_demo', taskType: 'negotiation' }
      const backoff = { type: 'exponential', delay: 10 }
      await queue.add('negotiation', data, { jobId: taskId, attempts: 3, backoff })
      return { taskId, task }
    },
    async eventsOf(taskId) {
      const entries = await redis.xrange(taskEventsKey(taskId), '-', '+')
      return entries.map(([, [, json = '']]) => taskEventSchema.parse(JSON.parse(json)))
    },
    stopWorker: worker.stop,
    async [Symbol.asyncDispose]() {
      await worker.stop()
      await queue.obliterate({ force: true })
      await queue.close()
      core.close()
      redis.disconnect()
      queueRedis.disconnect()
      await model[Symbol.asyncDispose]()
      await corePeer.stop()
    },
  }
}
