// What the process itself tells of workers and limits, fetched as Prometheus would.
import { createServer } from 'node:net'
import { TaskServiceDefinition, taskQueueName, workerKey, workersKey } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { createChannel, createClient } from 'nice-grpc'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, type Database } from './database.ts'
import { bucketKey } from './outbox/token-buckets.ts'
import { cloneDatabase, type TestDatabase } from './testing/database.ts'
import { commitQuietly, limitTenant } from './testing/waiting-tasks.ts'

// One of its own: workers and queues of other tests are not to be seen in it.
const redisUrl = `${inject('redisUrl')}/10`
const redis = new Redis(redisUrl)

let clone: TestDatabase
let database: Database
let core: RunningProcess
let metricsPort: number
beforeAll(async () => {
  await redis.flushdb()
  clone = await cloneDatabase(inject('postgresUrl'))
  database = createDatabase({ url: clone.url, poolSize: 2, logger: pino({ level: 'silent' }) })
  metricsPort = await freePort()
  core = await startProcess({
    folder: new URL('..', import.meta.url),
    imports: ['@throughline/telemetry/register'],
    env: {
      ...{ CORE_PORT: '0', DATABASE_URL: clone.url, REDIS_URL: redisUrl },
      RECONCILE_INTERVAL_MS: '100',
      // So close that every task that is accepted leads to a count.
      CORE_MAX_WAITING_TASKS: '10',
      OTEL_SERVICE_NAME: 'core',
      ...{ OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
    },
  })
})
afterAll(async () => {
  await core.kill()
  redis.disconnect()
  await database.$disconnect()
  await clone.drop()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** All series of a metric, by the value of a label. */
async function series(name: string, label?: string): Promise<Record<string, number>> {
  const page = await (await fetch(`http://localhost:${metricsPort}/metrics`)).text()
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`))
  return Object.fromEntries(
    lines.map((line) => {
      const value = new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? ''
      return [value, Number(line.split(' ').at(-1))]
    }),
  )
}

/** What a worker's heartbeat leaves; its lease is as long as the test needs. */
async function heartbeat(
  id: string,
  taskIds: readonly string[],
  leaseMs: number,
  draining = false,
) {
  const record = { slots: 4, taskIds, startedAt: new Date().toISOString(), draining }
  await redis.zadd(workersKey, Date.now(), id)
  await redis.set(workerKey(id), JSON.stringify(record), 'PX', leaseMs)
}

async function submit(tenantId: string): Promise<string> {
  const channel = createChannel(core.address)
  const tasks = createClient(TaskServiceDefinition, channel)
  const { taskId } = await tasks.submitTask({ tenantId, type: 'noop', request: { nodes: 1 } })
  channel.close()
  return taskId
}

const active = () => series('throughline_workers_active')
const currentTasks = () => series('throughline_worker_current_tasks', 'worker')

test('tells how many workers take tasks, and of no ghosts after one lease', async () => {
  await expect.poll(active).toEqual({ '': 0 })
  await heartbeat('alive', ['a', 'b'], 600_000)
  await heartbeat('leaving', ['c'], 600_000, true)
  await heartbeat('killed', ['d'], 4_000)
  await expect.poll(currentTasks).toEqual({ alive: 2, leaving: 1, killed: 1 })
  expect(await active()).toEqual({ '': 2 })

  await expect.poll(currentTasks).toEqual({ alive: 2, leaving: 1, killed: 0 })
  expect(await active()).toEqual({ '': 1 })
})

test('counts a hit for each task of a tenant that has to wait for its rate, and only then', async () => {
  const hits = () => series('throughline_rate_limit_hits_total', 'tenant')
  await limitTenant(database, 'slow', { tasksPerMinute: 6 })
  await submit('slow')
  await submit('demo')
  await expect.poll(() => database.outbox.count({ where: { sentAt: null } })).toBe(0)
  expect(await hits()).toEqual({})
  await submit('slow')
  await expect.poll(hits).toEqual({ slow: 1 })
  // One goes at once and one each second: those that wait are looked at again and again, and counted once.
  await limitTenant(database, 'eager', { tasksPerMinute: 60 })
  // Not before it is looked at.
  await redis.hset(bucketKey('eager'), { tokens: 1, at: Date.now() + 60_000 })
  await commitQuietly(database, 'eager', 4)
  const waiting = () => database.outbox.count({ where: { sentAt: null, tenantId: 'eager' } })
  await expect.poll(waiting, { timeout: 20_000 }).toBe(0)
  expect(await hits()).toEqual({ slow: 1, eager: 3 })
  await database.outbox.deleteMany({ where: { tenantId: 'eager' } })
})

test('counts a requeue when Redis has lost a job, and only then', async () => {
  const requeues = () => series('throughline_requeues_total', 'reason')
  expect(await requeues()).toEqual({})
  const queue = new Queue(taskQueueName, { connection: redis })
  const [job] = await queue.getPrioritized(0, 0)
  await queue.remove(job?.id ?? '')
  await queue.close()
  // The grace of a job that may be on its way is five seconds.
  await expect.poll(requeues).toEqual({ job_lost: 1 })
})

test('counts a task as failed when no attempt is left to end it, and only then', async () => {
  const failed = () => series('throughline_tasks_failed_total', 'tenant')
  const channel = createChannel(core.address)
  const tasks = createClient(TaskServiceDefinition, channel)
  const { taskId } = await tasks.submitTask({
    tenantId: 'demo',
    type: 'noop',
    request: { nodes: 1 },
  })
  const start = () => tasks.startTask({ taskId, workerId: 'killed' })
  for (const _ of [1, 2, 3]) await start()
  expect(await failed()).toEqual({})
  // The third was lost, too.
  await expect(start()).rejects.toThrow('dead')
  await expect.poll(failed).toEqual({ demo: 1 })
  await expect(start()).rejects.toThrow('dead')
  expect(await failed()).toEqual({ demo: 1 })
  channel.close()
})

test('counts a task that is cancelled, and once however often it is cancelled', async () => {
  const cancelled = () => series('throughline_tasks_cancelled_total', 'tenant')
  const taskId = await submit('demo')
  expect(await cancelled()).toEqual({})
  const channel = createChannel(core.address)
  const tasks = createClient(TaskServiceDefinition, channel)
  await tasks.cancelTask({ taskId })
  await tasks.cancelTask({ taskId })
  expect(await cancelled()).toEqual({ demo: 1 })
  channel.close()
})

test('tells how many tasks wait for their turn, and for how long the oldest does, there or in the queue', async () => {
  const waiting = async () => (await series('throughline_tasks_waiting'))['']
  const age = async () => (await series('throughline_tasks_oldest_waiting_age_seconds'))['']
  await limitTenant(database, 'full', { maxRunningTasks: 1 })
  const [inQueue, oldest] = await commitQuietly(database, 'full', 3)
  await limitTenant(database, 'fuller', { maxRunningTasks: 1 })
  await commitQuietly(database, 'fuller', 2)
  const letWait = (id: string | undefined, seconds: number) =>
    database.task.updateMany({
      where: { id },
      data: { updatedAt: new Date(Date.now() - seconds * 1_000) },
    })
  await letWait(oldest, 600)
  await expect.poll(() => database.outbox.count({ where: { sentAt: null } })).toBe(3)
  await submit('demo')
  await expect.poll(waiting, { timeout: 20_000 }).toBe(3)
  await expect.poll(age).toBeGreaterThan(599)
  await letWait(inQueue, 900)
  await expect.poll(age, { timeout: 20_000 }).toBeGreaterThan(899)
  await database.outbox.deleteMany()
  await expect.poll(age, { timeout: 20_000 }).toBe(0)
  expect(await waiting()).toBe(0)
})
