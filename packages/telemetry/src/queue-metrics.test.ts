import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { Queue, Worker } from 'bullmq'
import { BullMQOtel } from 'bullmq-otel'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { createQueueMeter, observeQueue, observeWorker } from './bullmq.ts'

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter })
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
const soon = { timeout: 5_000, interval: 20 }

let redis: Redis
let queue: Queue
let endObservation: () => void
beforeEach(() => {
  redis = new Redis(inject('redisUrl'), { maxRetriesPerRequest: null })
  const name = `telemetry-test-${randomUUID()}`
  queue = new Queue(name, { connection: redis })
  endObservation = observeQueue(queue)
})
afterEach(async () => {
  endObservation()
  if (redis.status === 'ready') await queue.obliterate({ force: true })
  await queue.close()
  redis.disconnect()
})
afterAll(() => metrics.disable())

/** The series of a metric for this queue, from a fresh export. */
async function read(metric: string) {
  exporter.reset()
  await reader.forceFlush()
  return exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .filter(({ descriptor }) => descriptor.name === metric)
    .flatMap(({ descriptor, dataPointType, dataPoints }) =>
      dataPoints
        .filter(({ attributes }) => Object.values(attributes).includes(queue.name))
        .map(({ attributes, value }) => ({
          unit: descriptor.unit,
          attributes,
          value: dataPointType === DataPointType.HISTOGRAM ? undefined : (value as number),
          histogram: dataPointType === DataPointType.HISTOGRAM ? (value as Histogram) : undefined,
        })),
    )
}

async function depth(): Promise<Record<string, number | undefined>> {
  const series = await read('bullmq.queue.jobs')
  return Object.fromEntries(
    series.map(({ attributes, value }) => [attributes['bullmq.queue.jobs.state'], value]),
  )
}

const age = async () => (await read('throughline.queue.oldest_job.age'))[0]?.value

test('the depth of a queue is told by state', async () => {
  await queue.add('now', {})
  await queue.add('now', {})
  await queue.add('later', {}, { delay: 60_000 })
  expect(await depth()).toEqual({
    waiting: 2,
    active: 0,
    delayed: 1,
    prioritized: 0,
    completed: 0,
    failed: 0,
  })
})

test('the age is that of the job that waits longest, in seconds, and zero when none waits', async () => {
  expect(await age()).toBe(0)
  const timestamp = Date.now() - 90_000
  await queue.add('old', {}, { timestamp })
  await queue.add('young', {})
  expect(await age()).toBeGreaterThanOrEqual(90)
  expect(await age()).toBeLessThan(100)
})

test('a job with a priority has an age as well, once nobody is before it', async () => {
  const timestamp = Date.now() - 90_000
  await queue.add('less urgent', {}, { priority: 9 })
  await queue.add('urgent', {}, { priority: 1, timestamp })
  expect(await age()).toBeGreaterThanOrEqual(90)
  await queue.add('at once', {})
  expect(await age()).toBeLessThan(10)
})

test('a job that was put back has waited since then', async () => {
  const timestamp = Date.now() - 90_000
  await queue.add('tried', {}, { timestamp, attempts: 2 })
  const worker = new Worker(
    queue.name,
    async () => {
      await worker.pause(true)
      throw new Error('not yet')
    },
    { connection: redis },
  )
  await vi.waitFor(async () => expect((await queue.getWaiting())[0]?.attemptsMade).toBe(1), soon)
  expect(await age()).toBeLessThan(10)
  await worker.close()
})

test('while Redis is away, the jobs in the queue grow older', async () => {
  await queue.add('old', {}, { timestamp: Date.now() - 90_000 })
  const before = (await age()) ?? 0
  redis.disconnect()
  expect(await age()).toBeGreaterThan(before)
  expect(await depth()).toMatchObject({ waiting: 1 })
})

test('a Redis that takes connections and never answers holds no other metric up', async () => {
  const mute = createServer().listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const { port } = mute.address() as AddressInfo
  const silent = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null })
  const unanswered = new Queue(`${queue.name}-unanswered`, { connection: silent })
  const endBoth = observeQueue(unanswered)
  await queue.add('now', {})

  const startedAt = performance.now()
  expect(await depth()).toMatchObject({ waiting: 1 })
  expect(performance.now() - startedAt).toBeLessThan(5_000)

  endBoth()
  silent.disconnect()
  await unanswered.close().catch(() => {})
  mute.close()
})

test('processing is measured in seconds by outcome, and attempts when they are over', async () => {
  const { tracer, contextManager } = new BullMQOtel()
  const worker = new Worker(
    queue.name,
    async ({ attemptsMade }) => {
      if (attemptsMade === 0) throw new Error('once more')
    },
    { connection: redis, telemetry: { tracer, contextManager, meter: createQueueMeter() } },
  )
  observeWorker(worker)
  await queue.add('stubborn', {}, { attempts: 3 })
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), soon)
  await worker.close()

  const about = { 'messaging.system': 'bullmq', 'messaging.destination.name': queue.name }
  const durations = await read('messaging.process.duration')
  expect(durations).toMatchObject([
    { unit: 's', attributes: { ...about, 'bullmq.job.state': 'retried' }, histogram: { count: 1 } },
    {
      unit: 's',
      attributes: { ...about, 'bullmq.job.state': 'completed' },
      histogram: { count: 1 },
    },
  ])
  for (const { histogram } of durations) expect(histogram?.sum).toBeLessThan(1)

  expect(await read('throughline.queue.job.attempts')).toMatchObject([
    {
      attributes: { 'bullmq.queue.name': queue.name, 'bullmq.job.state': 'completed' },
      histogram: { count: 1, sum: 2 },
    },
  ])
  expect(await read('bullmq.job.duration')).toEqual([])
})
