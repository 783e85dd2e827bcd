// The whole path at saturation: from asking for a task to its result in PostgreSQL, against the least that could do it.
import { fileURLToPath } from 'node:url'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { Sample } from '../../results.ts'
import { startMeasured } from '../../telemetry/measured-process.ts'
import { many } from '../many.ts'
import { submit } from '../minimum/submit.ts'
import { createTaskTable, minimumQueue } from '../minimum/task-table.ts'
import { concurrency, startServices } from '../services.ts'
import { benchTenants } from '../tasks-in-database.ts'
import type { Bench, Part } from './part.ts'

const callers = 32
const warmUpTasks = 2_000

export function pathPart(tasks: number): Part {
  return {
    variants: ['minimum 1', 'off 1', 'ours 1', 'minimum 4', 'off 4', 'ours 4'],
    measure(bench, variant) {
      const [kind, nodes] = variant.split(' ')
      return kind === 'minimum'
        ? measureMinimum(bench, tasks, Number(nodes))
        : measureServices(bench, kind === 'ours' ? 'ours' : 'off', tasks, Number(nodes))
    },
  }
}

async function measureServices(
  bench: Bench,
  variant: 'off' | 'ours',
  tasks: number,
  nodes: number,
): Promise<Sample> {
  const { database, signal } = bench
  await database.clear()
  await using services = await startServices(bench, variant)
  const run = async (count: number) => {
    const done = (await database.completed()) + count
    const startedAt = performance.now()
    const submitting = many(count, callers, (index) =>
      services.submit(benchTenants[index % benchTenants.length] ?? '', nodes),
    )
    const [endedAt] = await Promise.all([database.untilCompleted(done, signal), submitting])
    return count / ((endedAt - startedAt) / 1_000)
  }
  await run(warmUpTasks)
  return { perSecond: await run(tasks) }
}

async function measureMinimum(bench: Bench, tasks: number, nodes: number): Promise<Sample> {
  const { database, system, env, signal } = bench
  await createTaskTable(database.pool)
  await using stack = new AsyncDisposableStack()
  const redis = stack.adopt(new Redis(system.redisUrl, { maxRetriesPerRequest: null }), (one) =>
    one.disconnect(),
  )
  const queue = stack.adopt(new Queue(minimumQueue, { connection: redis }), (one) => one.close())
  stack.use(
    await startMeasured({
      ...{ variant: 'off', withPlugin: true, signal },
      script: fileURLToPath(new URL('../minimum/worker.ts', import.meta.url)),
      env: {
        ...{ PATH: env.PATH, CONCURRENCY: String(concurrency) },
        ...{ DATABASE_URL: system.databaseUrl, REDIS_URL: system.redisUrl },
      },
    }),
  )
  const completed = async () => {
    const { rows } = await database.pool.query('SELECT count(*) FROM minimum_results')
    return Number(rows[0].count)
  }
  const run = async (count: number) => {
    const done = (await completed()) + count
    const startedAt = performance.now()
    const submitting = many(count, callers, () => submit(database.pool, queue, nodes))
    while ((await completed()) < done) {
      signal.throwIfAborted()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const seconds = (performance.now() - startedAt) / 1_000
    await submitting
    return count / seconds
  }
  await run(warmUpTasks)
  return { perSecond: await run(tasks) }
}
