// The worker: BullMQ's lock is the lease of a task, its stalled check the requeue. Built without being started.
import { setTimeout as sleep } from 'node:timers/promises'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { taskQueueName } from '@throughline/contracts'
import { labels, withoutTracing } from '@throughline/telemetry'
import { observeWorker } from '@throughline/telemetry/bullmq'
import { isNotConnectionError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { requeues, workerHeartbeats, workersActive, workerTasks } from './metrics.ts'
import { createQueueTelemetry } from './queue-telemetry.ts'
import type { JobProcessor } from './tasks/process-job.ts'

const heartbeatMs = 5_000
/** For handing tasks back and closing connections, once the grace is over. */
const closingMs = 1_000

export interface WorkerOptions {
  readonly workerId: string
  readonly concurrency: number
  /** What running tasks get to finish in once the worker stops; after that they are handed back. */
  readonly graceMs: number
  readonly redis: Redis
  readonly logger: Logger
  readonly queueName?: string
  /** How long a task is ours without a sign of life. */
  readonly leaseMs: number
}

export interface TaskWorker {
  start(): void
  isRunning(): boolean
  /** Takes no more tasks and resolves when the running ones have ended or are back in the queue. */
  stop(): Promise<void>
}

export function buildWorker(processJob: JobProcessor, options: WorkerOptions): TaskWorker {
  const { workerId, graceMs, leaseMs, logger } = options
  const about = { [labels.worker]: workerId }

  const worker = new Worker(
    options.queueName ?? taskQueueName,
    async (job, token, signal) => {
      if (token === undefined || signal === undefined) throw new Error('a job without a lock')
      workerTasks.add(1, about)
      try {
        await processJob(job, token, signal)
      } finally {
        workerTasks.add(-1, about)
      }
    },
    {
      connection: options.redis,
      name: workerId,
      autorun: false,
      concurrency: options.concurrency,
      lockDuration: leaseMs,
      stalledInterval: leaseMs / 2,
      // After an outage of Redis the queue is looked at again within a second, not a quarter of a minute.
      runRetryDelay: 1_000,
      // Core counts attempts; BullMQ must not give up on a task before it does.
      maxStalledCount: 1_000,
      telemetry: createQueueTelemetry(),
    },
  )
  observeWorker(worker)
  // These lines belong to no trace: the worker's loops, out of which they come, run in one that nobody records.
  worker.on(
    'error',
    context.bind(ROOT_CONTEXT, (err: Error) => {
      // That Redis is away, its connection says once; here it would be said at each attempt to reach it.
      if (isNotConnectionError(err)) logger.warn({ err }, 'queue error')
    }),
  )
  worker.on(
    'stalled',
    context.bind(ROOT_CONTEXT, (taskId: string) => {
      requeues.add(1, { [labels.reason]: 'lease_expired' })
      logger.warn({ taskId }, 'task requeued: its lease expired')
    }),
  )
  worker.on('lockRenewalFailed', (taskIds) => {
    for (const taskId of taskIds) worker.cancelJob(taskId, 'lease_lost')
  })

  let heartbeat: NodeJS.Timeout | undefined
  const beat = () => {
    workersActive.record(1)
    workerHeartbeats.add(1, about)
  }

  return {
    start() {
      beat()
      heartbeat = setInterval(beat, heartbeatMs)
      // Polls, lock renewals and stalled checks inherit this context: only jobs, which bring their own, are traced.
      withoutTracing(() => worker.run()).catch((err: unknown) => {
        logger.error({ err }, 'worker stopped unexpectedly')
      })
    },
    isRunning: () => worker.isRunning() && !worker.isPaused(),
    async stop() {
      clearInterval(heartbeat)
      workersActive.record(0)
      const grace = setTimeout(() => worker.cancelAllJobs('draining'), graceMs)
      const giveUp = new AbortController()
      await Promise.race([
        // With Redis away there is nobody to wait for: its locks expire, and others take the tasks.
        withoutTracing(() => worker.close(options.redis.status !== 'ready')),
        sleep(graceMs + closingMs, undefined, { signal: giveUp.signal }).catch(() => {}),
      ])
      giveUp.abort()
      clearTimeout(grace)
    },
  }
}
