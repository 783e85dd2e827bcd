// The orchestrator alone: jobs enough in Redis, and a core that costs next to nothing.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { type MeasuredProcess, startMeasured } from '../../telemetry/measured-process.ts'
import type { Variant } from '../../telemetry/variants.ts'
import { startOrchestrator } from '../services.ts'
import type { Bench, Part } from './part.ts'

const addedAtOnce = 1_000
const pollMs = 10
const warmUpTasks = 2_000
const mebibyte = 2 ** 20

/** Tasks a second, and what each takes of the processor. */
export function workerPart({ tasks }: { readonly tasks: number }): Part {
  return {
    variants: ['off', 'ours'],
    async measure(bench, variant) {
      await using world = await startWorld(
        bench,
        variant === 'ours' ? 'ours' : 'off',
        warmUpTasks + tasks,
      )
      await world.untilCompleted(warmUpTasks)
      const startedAt = performance.now()
      const before = await world.orchestrator.usage()
      await world.untilCompleted(warmUpTasks + tasks)
      const seconds = (performance.now() - startedAt) / 1_000
      const after = await world.orchestrator.usage()
      return { perSecond: tasks / seconds, cpuMicros: (after.cpuMicros - before.cpuMicros) / tasks }
    },
  }
}

interface MemoryPartOptions {
  /** How many tasks have run when the memory is looked at for the first time, and for the second. */
  readonly early: number
  readonly late: number
}

export function memoryPart({ early, late }: MemoryPartOptions): Part {
  return {
    variants: ['ours'],
    rounds: 1,
    async measure(bench) {
      await using world = await startWorld(bench, 'ours', late)
      const mebibytesAfter = async (tasks: number) => {
        await world.untilCompleted(tasks)
        return (await world.orchestrator.usage()).rssBytes / mebibyte
      }
      return { early: await mebibytesAfter(early), late: await mebibytesAfter(late) }
    },
  }
}

interface World extends AsyncDisposable {
  readonly orchestrator: MeasuredProcess
  untilCompleted(count: number): Promise<void>
}

async function startWorld(bench: Bench, variant: Variant, jobs: number): Promise<World> {
  const { system, env, signal } = bench
  await using stack = new AsyncDisposableStack()
  const redis = stack.adopt(new Redis(system.redisUrl, { maxRetriesPerRequest: null }), (one) =>
    one.disconnect(),
  )
  await redis.flushdb()
  const queue = stack.adopt(new Queue(taskQueueName, { connection: redis }), (one) => one.close())
  await addJobs(queue, jobs)
  const core = stack.use(
    await startMeasured({
      ...{ variant: 'off', withPlugin: true, signal, env: { PATH: env.PATH } },
      script: fileURLToPath(new URL('../subjects/core-peer.ts', import.meta.url)),
    }),
  )
  const address = `127.0.0.1:${core.port}`
  const orchestrator = stack.use(await startOrchestrator(bench, variant, address))
  const owned = stack.move()
  return {
    orchestrator,
    async untilCompleted(count) {
      while (Number(await core.work({ perSecond: 0, seconds: 0 })) < count) {
        await sleep(pollMs, undefined, { signal })
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
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
