// The worker: BullMQ's lock is the lease of a task, its stalled check the requeue. Built without being started.
import { setTimeout as sleep } from 'node:timers/promises'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { taskQueueName } from '@throughline/contracts'
import { withoutTracing } from '@throughline/telemetry'
import { observeWorker } from '@throughline/telemetry/bullmq'
import { isNotConnectionError, type Job, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { followCancellations } from './cancellations/follow-cancellations.ts'
import { createLeases } from './leases/leases.ts'
import { createQueueTelemetry } from './queue-telemetry.ts'
import { createHeartbeats } from './registry/heartbeats.ts'
import { createWorkerRegistry, type Orders } from './registry/worker-registry.ts'
import { type JobProcessor, returnToQueue } from './tasks/process-job.ts'

/** For handing tasks back and closing connections, once the grace is over. */
const closingMs = 1_000

export interface WorkerOptions {
  readonly workerId: string
  readonly concurrency: number
  /** What running tasks get to finish in once the worker stops; after that they are handed back. */
  readonly graceMs: number
  /** How long a task is ours without a sign of life. */
  readonly leaseMs: number
  /** For heartbeats. */
  readonly redis: Redis
  readonly queueRedis: Redis
  /** Its own, for it takes no other commands. */
  readonly cancellationsRedis: Redis
  readonly logger: Logger
  readonly queueName?: string
}

export interface TaskWorker {
  /** `onLost`: it takes no more tasks, for a reason of its own that only a new process can mend. */
  start(onLost?: () => void): void
  /** Also while an operator wants it to take no more tasks. */
  isRunning(): boolean
  /**
   * Takes no more tasks and resolves when the running ones have ended or are back in the queue. Rejects after that when
   * the worker was lost.
   */
  stop(): Promise<void>
}

export function buildWorker(processJob: JobProcessor, options: WorkerOptions): TaskWorker {
  const { workerId, graceMs, leaseMs, logger } = options
  const startedAt = new Date().toISOString()
  let drained = false
  let stopping = false
  let lost: Error | undefined

  const leases = createLeases({
    leaseMs,
    renew: (taskIds, tokens) => worker.extendJobLocks(taskIds, tokens, leaseMs),
  })
  const heartbeats = createHeartbeats({
    ...{ workerId, logger, follow },
    registry: createWorkerRegistry(options.redis, workerId),
    describe: () => ({
      ...{ slots: options.concurrency, startedAt },
      taskIds: leases.taskIds(),
      draining: drained || stopping || lost !== undefined,
    }),
  })

  const worker = new Worker(
    options.queueName ?? taskQueueName,
    async (job, token) => {
      if (token === undefined || job.id === undefined) throw new Error('a job without a lock')
      // A worker that was waiting for a job when it was drained still gets that one.
      if (drained) await returnToQueue(job, token)
      const lease = leases.open(job.id, token, askedForAt(job))
      try {
        await processJob(job, lease)
      } finally {
        leases.close(lease)
      }
    },
    {
      connection: options.queueRedis,
      name: workerId,
      autorun: false,
      concurrency: options.concurrency,
      lockDuration: leaseMs,
      skipLockRenewal: true,
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

  function follow({ drain, cancelled }: Orders): void {
    for (const taskId of cancelled) leases.stop(taskId, 'cancelled')
    if (drain === drained || stopping) return
    drained = drain
    logger.info(drain ? 'worker takes no more tasks' : 'worker takes tasks again')
    if (drain) void worker.pause(true)
    else void worker.resume()
    void heartbeats.beat()
  }

  let stopRenewing = () => {}
  return {
    start(onLost = () => {}) {
      // Polls, lock renewals and stalled checks inherit this context: only jobs, which bring their own, are traced.
      withoutTracing(() => {
        heartbeats.start()
        stopRenewing = leases.start()
        followCancellations(options.cancellationsRedis, (taskId) =>
          leases.stop(taskId, 'cancelled'),
        )
        worker.run().catch((err: unknown) => {
          logger.error({ err }, 'worker stopped unexpectedly')
          lost = new Error('the worker takes no more tasks', { cause: err })
          void heartbeats.beat()
          onLost()
        })
      })
    },
    isRunning: () => !lost && (drained || (worker.isRunning() && !worker.isPaused())),
    async stop() {
      stopping = true
      // With Redis away there is nobody to tell or wait for: its locks expire, and others take the tasks.
      const reachable = options.queueRedis.status === 'ready'
      if (reachable) void heartbeats.beat()
      const grace = setTimeout(() => leases.stopAll('draining'), graceMs)
      const giveUp = new AbortController()
      await Promise.race([
        withoutTracing(() => worker.close(!reachable)),
        sleep(graceMs + closingMs, undefined, { signal: giveUp.signal }).catch(() => {}),
      ])
      giveUp.abort()
      clearTimeout(grace)
      stopRenewing()
      await heartbeats.stop(reachable)
      if (lost !== undefined) throw lost
    },
  }
}

/** The lock counts from when Redis was asked for it. */
function askedForAt({ processedOn = Date.now() }: Job): number {
  return performance.now() - Math.max(0, Date.now() - processedOn)
}
