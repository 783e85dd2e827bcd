// The process itself, with telemetry, as `npm start` runs it.
import { randomBytes } from 'node:crypto'
import { NegotiationServiceDefinition, taskQueueName } from '@throughline/contracts'
import type {} from '@throughline/embedded/vitest-setup'
import { type RunningProcess, startProcess } from '@throughline/process/testing'
import { createTraceClient, type TraceSpan } from '@throughline/trace-testing'
import { type Receiver, startReceiver } from '@throughline/trace-testing/receiver'
import '@throughline/trace-testing/vitest'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { createChannel, createClient, Metadata } from 'nice-grpc'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { makeListings } from './seed/make-listings.ts'
import { cloneDatabase, type TestDatabase } from './testing/database.ts'

let database: TestDatabase
let receiver: Receiver
let core: RunningProcess
const requestedTraceIds = new Set<string>()
let redis: Redis

beforeAll(async () => {
  database = await cloneDatabase(inject('postgresUrl'))
  receiver = await startReceiver()
  // A database of its own instead of a prefix: the process names its queue as in production.
  const redisUrl = `${inject('redisUrl')}/9`
  redis = new Redis(redisUrl)
  core = await startProcess({
    folder: new URL('..', import.meta.url),
    imports: ['@throughline/telemetry/register'],
    env: {
      ...receiver.env,
      ...{ CORE_PORT: '0', DATABASE_URL: database.url, REDIS_URL: redisUrl },
      OTEL_SERVICE_NAME: 'core',
    },
  })
})

afterAll(async () => {
  await core.kill()
  redis.disconnect()
  await receiver.stop()
  await database.drop()
})

async function startNegotiation(
  budgetCents = 1_000,
): Promise<{ taskId: string; traceId: string; parentId: string }> {
  const traceId = randomBytes(16).toString('hex')
  requestedTraceIds.add(traceId)
  const parentId = randomBytes(8).toString('hex')
  const channel = createChannel(core.address)
  try {
    const { taskId } = await createClient(NegotiationServiceDefinition, channel).startNegotiation(
      { tenantId: 'demo', listingId: makeListings()[0]?.id, budgetCents },
      {
        metadata: new Metadata({
          traceparent: `00-${traceId}-${parentId}-01`,
          baggage: 'throughline.fault=model-error',
        }),
      },
    )
    return { taskId, traceId, parentId }
  } finally {
    channel.close()
  }
}

async function query(text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
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
  const tree = await createTraceClient({ source: receiver }).waitForTrace(traceId, {
    callers: [parentId],
    awaitConsumers: false,
    spans: [
      'add throughline-tasks.negotiation',
      'throughline.v1.NegotiationService/StartNegotiation',
    ],
  })
  const databaseName = new URL(database.url).pathname.slice(1)
  const label = ({ name }: TraceSpan) => name.replace(databaseName, 'throughline')
  expect(tree).toMatchTree(
    `
    throughline.v1.NegotiationService/StartNegotiation  SERVER    core
    ├ prisma:client:operation                           INTERNAL  core
    │ └ pg.query:SELECT throughline                     CLIENT    core
    ├ pg.query:commit_negotiation throughline           CLIENT    core
    └ add throughline-tasks.negotiation                 PRODUCER  core
    `,
    { label },
  )
})

test('keeps the trace and the baggage of the request, in the outbox and in the job', async () => {
  const { taskId, traceId } = await startNegotiation()
  const rows = await query('SELECT traceparent, baggage FROM outbox WHERE task_id = $1', [taskId])
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

test('keeps the requests of tasks apart that are sent together', async () => {
  const started = await Promise.all(Array.from({ length: 10 }, startNegotiation))
  for (const { taskId, traceId } of started) {
    const job = await jobOf(taskId)
    expect(JSON.parse(job?.opts.telemetry?.metadata ?? '{}').traceparent).toContain(traceId)
  }
})

test('says one thing about a call, in its trace', async () => {
  const { traceId } = await startNegotiation()
  // The answer may overtake the line about it; that there is no second one is asserted of the whole process, below.
  const said = () => core.lines.filter((line) => line.trace_id === traceId)
  await expect
    .poll(said)
    .toMatchObject([
      { msg: 'call completed', method: 'throughline.v1.NegotiationService/StartNegotiation' },
    ])
})

test('keeps the values of a refused row out of the log', async () => {
  await query('ALTER TABLE negotiations ADD CHECK (budget_cents <> 77777)')
  await expect(startNegotiation(77_777)).rejects.toThrow('Internal error')
  const said = () => core.lines.filter(({ level }) => level === 'error')
  await expect.poll(said).toMatchObject([{ msg: 'call failed', err: { code: '23514' } }])
  expect(core.output()).not.toContain('77777')
})

test('stops in order when told to, twice, and has traced nothing but the calls', async () => {
  const { taskId } = await startNegotiation()
  await jobOf(taskId)
  core.child.kill('SIGTERM')
  core.child.kill('SIGINT')
  expect(await core.exited).toBe(0)
  expect(new Set(receiver.traces.map(({ traceId }) => traceId))).toEqual(requestedTraceIds)
  expect(core.lines).toHaveLength(1 + requestedTraceIds.size)
})
