// The orchestrator alone: jobs enough in Redis, and a core that costs next to nothing. And its memory, in the same run.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { startMeasured } from '../../telemetry/measured-process.ts'
import type { Variant } from '../../telemetry/variants.ts'
import { startOrchestrator } from '../services.ts'
import type { Bench, Part, Sample } from './part.ts'

interface WorkerPartOptions {
  /** How many are timed. */
  readonly tasks: number
  /** How many have run when the memory is looked at for the second time. */
  readonly memoryTasks: number
}

const addedAtOnce = 1_000
const pollMs = 10
const warmUpTasks = 2_000
const mebibyte = 2 ** 20

export function workerPart(options: WorkerPartOptions): Part {
  return {
    variants: ['off', 'ours'],
    measure: (bench, variant) => measure(bench, variant === 'ours' ? 'ours' : 'off', options),
  }
}

async function measure(
  bench: Bench,
  variant: Variant,
  { tasks, memoryTasks }: WorkerPartOptions,
): Promise<Sample> {
  const { system, env, signal } = bench
  await using stack = new AsyncDisposableStack()
  const redis = stack.adopt(new Redis(system.redisUrl, { maxRetriesPerRequest: null }), (one) =>
    one.disconnect(),
  )
  await redis.flushdb()
  const queue = stack.adopt(new Queue(taskQueueName, { connection: redis }), (one) => one.close())
  const core = stack.use(
    await startMeasured({
      ...{ variant: 'off', withPlugin: true, signal, env: { PATH: env.PATH } },
      script: fileURLToPath(new URL('../subjects/core-peer.ts', import.meta.url)),
    }),
  )
  const untilCompleted = async (count: number) => {
    while (Number(await core.work({ perSecond: 0, seconds: 0 })) < count) {
      await sleep(pollMs, undefined, { signal })
    }
  }

  await addJobs(queue, memoryTasks)
  const orchestrator = stack.use(await startOrchestrator(bench, variant, `127.0.0.1:${core.port}`))
  await untilCompleted(warmUpTasks)
  const startedAt = performance.now()
  const before = await orchestrator.usage()
  await untilCompleted(warmUpTasks + tasks)
  const seconds = (performance.now() - startedAt) / 1_000
  const after = await orchestrator.usage()
  await untilCompleted(memoryTasks)
  const end = await orchestrator.usage()
  return {
    perSecond: tasks / seconds,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / tasks,
    mebibytesEarly: after.rssBytes / mebibyte,
    mebibytesLate: end.rssBytes / mebibyte,
  }
}

async function addJobs(queue: Queue, count: number): Promise<void> {
  for (let added = 0; added < count; added += addedAtOnce) {
    await queue.addBulk(
      Array.from({ length: addedAtOnce }, () => {
        const taskId = randomUUID()
        const data = { taskId, tenantId: 'bench-a', taskType: 'noop' }
        return { name: 'noop', data, opts: { jobId: taskId, removeOnComplete: true } }
      }),
    )
  }
}
