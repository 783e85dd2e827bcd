// The process itself, with telemetry, as `npm start` runs it.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { NegotiationServiceDefinition, taskQueueName } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { createChannel, createClient, Metadata } from 'nice-grpc'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { makeListings } from './seed/make-listings.ts'
import { cloneDatabase, type TestDatabase } from './testing/database.ts'
import { startTraceReceiver } from './testing/trace-receiver.ts'

let database: TestDatabase
let receiver: Awaited<ReturnType<typeof startTraceReceiver>>
let core: ChildProcess
const lines: Record<string, unknown>[] = []
const requestedTraceIds = new Set<string>()
let address: string
let redis: Redis

beforeAll(async () => {
  database = await cloneDatabase(inject('postgresUrl'))
  receiver = await startTraceReceiver()
  // A database of its own instead of a prefix: the process names its queue as in production.
  const redisUrl = `${inject('redisUrl')}/9`
  redis = new Redis(redisUrl)
  core = spawn(
    process.execPath,
    [
      ...['-C', '@throughline/source', '--import', '@throughline/telemetry/register'],
      fileURLToPath(new URL('./main.ts', import.meta.url)),
    ],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        CORE_PORT: '0',
        DATABASE_URL: database.url,
        REDIS_URL: redisUrl,
        OTEL_SERVICE_NAME: 'core',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_BSP_SCHEDULE_DELAY: '50',
      },
    },
  )
  createInterface({ input: core.stdout ?? process.stdin }).on('line', (line) => {
    lines.push(JSON.parse(line))
  })
  await vi.waitFor(() => expect(lines).toMatchObject([{ msg: 'listening' }]), 15_000)
  address = String(lines[0]?.address)
})

afterAll(async () => {
  if (core.exitCode === null) core.kill('SIGKILL')
  redis.disconnect()
  await receiver.stop()
  await database.drop()
})

async function startNegotiation(): Promise<{ taskId: string; traceId: string; parentId: string }> {
  const traceId = randomBytes(16).toString('hex')
  requestedTraceIds.add(traceId)
  const parentId = randomBytes(8).toString('hex')
  const channel = createChannel(address)
  const { taskId } = await createClient(NegotiationServiceDefinition, channel).startNegotiation(
    { tenantId: 'demo', listingId: makeListings()[0]?.id, budgetCents: 1_000 },
    {
      metadata: new Metadata({
        traceparent: `00-${traceId}-${parentId}-01`,
        baggage: 'throughline.fault=model-error',
      }),
    },
  )
  channel.close()
  return { taskId, traceId, parentId }
}

async function jobOf(taskId: string) {
  const queue = new Queue(taskQueueName, { connection: redis })
  try {
    return await vi.waitFor(async () => {
      const job = await queue.getJob(taskId)
      expect(job).toBeDefined()
      return job
    }, 5_000)
  } finally {
    await queue.close()
  }
}

test('traces a negotiation from the call to the queue', async () => {
  // The first one opens connections and loads scripts; the shape is promised for those after it.
  await jobOf((await startNegotiation()).taskId)
  const { taskId, traceId, parentId } = await startNegotiation()
  await jobOf(taskId)
  await vi.waitFor(() => expect(receiver.tree(traceId, parentId)).toHaveLength(14), 5_000)
  const databaseName = new URL(database.url).pathname.slice(1)
  const tree = receiver.tree(traceId, parentId).join('\n').replaceAll(databaseName, 'throughline')
  expect(tree).toMatchInlineSnapshot(`
    "grpc.throughline.v1.NegotiationService/StartNegotiation SERVER
      prisma:client:operation INTERNAL
        pg.query:SELECT throughline CLIENT
      prisma:client:operation INTERNAL
        prisma:client:start_transaction INTERNAL
          pg.query:BEGIN throughline CLIENT
        pg.query:INSERT throughline CLIENT
        pg.query:INSERT throughline CLIENT
        pg.query:INSERT throughline CLIENT
        pg.query:SELECT throughline CLIENT
        prisma:client:commit_transaction INTERNAL
          pg.query:COMMIT throughline CLIENT
      add throughline-tasks.negotiation PRODUCER
        evalsha CLIENT"
  `)
})

test('keeps the trace and the baggage of the request, in the outbox and in the job', async () => {
  const { taskId, traceId } = await startNegotiation()
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query(
    'SELECT traceparent, baggage FROM outbox WHERE task_id = $1',
    [taskId],
  )
  await client.end()
  expect(rows).toEqual([
    {
      traceparent: expect.stringMatching(`^00-${traceId}-[0-9a-f]{16}-01$`),
      baggage: 'throughline.fault=model-error',
    },
  ])
  const job = await jobOf(taskId)
  const { traceparent, baggage } = JSON.parse(job?.opts.telemetry?.metadata ?? '{}')
  expect(traceparent).toContain(traceId)
  expect(baggage).toBe('throughline.fault=model-error')
})

test('says one thing about a call, in its trace', async () => {
  const { traceId } = await startNegotiation()
  expect(lines.filter((line) => line.trace_id === traceId)).toMatchObject([
    { msg: 'call completed', method: 'throughline.v1.NegotiationService/StartNegotiation' },
  ])
})

test('stops in order when told to, twice, and has traced nothing but the calls', async () => {
  const { taskId } = await startNegotiation()
  await jobOf(taskId)
  core.kill('SIGTERM')
  core.kill('SIGINT')
  expect(await once(core, 'exit')).toEqual([0, null])
  expect(receiver.traceIds()).toEqual(requestedTraceIds)
  expect(lines).toHaveLength(1 + requestedTraceIds.size)
})
