import { createChannel, createClient, Status } from 'nice-grpc'
import { ServerReflectionService } from 'nice-grpc-server-reflection'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { makeListings } from './seed/make-listings.ts'
import { startBreakableProxy } from './testing/breakable-proxy.ts'
import { startCore, type TestCore } from './testing/core.ts'

const lines: Record<string, unknown>[] = []
const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
const linesOf = (method: string) => lines.filter((line) => line.method === method)

const listingId = makeListings()[0]?.id
const negotiation = { tenantId: 'demo', listingId, budgetCents: 1_000 }
const [notServing, serving] = [2, 1]

let redisProxy: Awaited<ReturnType<typeof startBreakableProxy>>
let postgresProxy: Awaited<ReturnType<typeof startBreakableProxy>>
let core: TestCore
beforeAll(async () => {
  redisProxy = await startBreakableProxy(inject('redisUrl'))
  postgresProxy = await startBreakableProxy(inject('postgresUrl'))
  core = await startCore({ redisUrl: redisProxy.url, postgresUrl: postgresProxy.url, logger })
})
afterAll(async () => {
  await core.stop()
  await redisProxy.stop()
  await postgresProxy.stop()
})

const healthIs = (status: number) =>
  vi.waitFor(
    async () => expect(await core.healthChecks.check({ service: '' })).toEqual({ status }),
    {
      timeout: 10_000,
      interval: 50,
    },
  )

/** Holds a lock that every negotiation has to wait for. */
async function blockNegotiations({ database }: TestCore): Promise<() => Promise<void>> {
  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const transaction = database.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE negotiations IN ACCESS EXCLUSIVE MODE`
    locked.resolve()
    await release.promise
  })
  await locked.promise
  return async () => {
    release.resolve()
    await transaction
  }
}

test('is SERVING exactly while Redis is connected', async () => {
  await healthIs(serving)
  redisProxy.breakOff()
  await healthIs(notServing)
  redisProxy.restore()
  await healthIs(serving)
})

test('is not SERVING while Redis is silent, and replaces a connection that stays so', async () => {
  await healthIs(serving)
  redisProxy.muteAnswers()
  await healthIs(notServing)
  await vi.waitFor(() => expect(core.redis.status).not.toBe('ready'), { timeout: 20_000 })
  redisProxy.restore()
  await healthIs(serving)
})

test('is SERVING exactly while Postgres answers, and calls fail as unavailable meanwhile', async () => {
  await healthIs(serving)
  postgresProxy.breakOff()
  await healthIs(notServing)
  await expect(core.negotiations.startNegotiation(negotiation)).rejects.toMatchObject({
    code: Status.UNAVAILABLE,
    details: 'The database does not answer',
  })
  postgresProxy.restore()
  await healthIs(serving)
  expect(await core.negotiations.startNegotiation(negotiation)).toHaveProperty('taskId')
})

test('describes its services by reflection', async () => {
  const channel = createChannel(core.address)
  const client = createClient(ServerReflectionService, channel)
  const { ServerReflectionRequest } = (await import(
    'nice-grpc-server-reflection/lib/proto/grpc/reflection/v1/reflection_pb.js'
  )) as typeof import('nice-grpc-server-reflection/lib/proto/grpc/reflection/v1/reflection_pb.js')
  const request = new ServerReflectionRequest()
  request.setListServices('')
  const names: string[] = []
  for await (const response of client.serverReflectionInfo(
    (async function* () {
      yield request
    })(),
  )) {
    for (const service of response.getListServicesResponse()?.getServiceList() ?? []) {
      names.push(service.getName())
    }
  }
  channel.close()
  expect(names.sort()).toEqual([
    'throughline.v1.ListingService',
    'throughline.v1.NegotiationService',
    'throughline.v1.TaskService',
    'throughline.v1.TenantService',
    'throughline.v1.WorkerService',
  ])
})

test('writes one line for each call, with how it ended', async () => {
  lines.length = 0
  await core.listings.searchListings({ tenantId: 'demo', query: 'bike' })
  await expect(core.listings.searchListings({ tenantId: 'demo' })).rejects.toThrow()
  const method = 'throughline.v1.ListingService/SearchListings'
  expect(linesOf(method)).toMatchObject([
    { level: 30, msg: 'call completed', code: 'OK', durationMs: expect.any(Number) },
    { level: 30, msg: 'call failed', code: 'INVALID_ARGUMENT', reason: 'query: is required' },
  ])
})

test('is quiet about the keys that edges ask for again and again', async () => {
  lines.length = 0
  await core.tenants.listKeys({})
  expect(lines).toEqual([])
})

test('logs a failure of its own whole, and tells the caller nothing of it', async () => {
  lines.length = 0
  await core.database.$executeRaw`ALTER TABLE api_keys RENAME COLUMN trusted TO hidden`
  try {
    await expect(core.tenants.listKeys({})).rejects.toMatchObject({
      code: Status.INTERNAL,
      details: 'Internal error',
    })
  } finally {
    await core.database.$executeRaw`ALTER TABLE api_keys RENAME COLUMN hidden TO trusted`
  }
  expect(lines).toMatchObject([
    { level: 50, msg: 'call failed', err: { message: expect.stringContaining('trusted') } },
  ])
})

test('refuses a message that is too large', async () => {
  const query = 'x'.repeat(70_000)
  await expect(core.listings.searchListings({ tenantId: 'demo', query })).rejects.toMatchObject({
    code: Status.RESOURCE_EXHAUSTED,
  })
})

test('ends a call at its deadline, says so, and goes on serving', async () => {
  lines.length = 0
  const release = await blockNegotiations(core)
  const startedAt = performance.now()
  await expect(
    core.negotiations.startNegotiation(negotiation, { deadline: 200 }),
  ).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED })
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  await release()
  await expect
    .poll(() => linesOf('throughline.v1.NegotiationService/StartNegotiation'))
    .toMatchObject([{ level: 30, msg: 'call failed', code: 'CANCELLED' }])
  expect(await core.negotiations.startNegotiation(negotiation)).toHaveProperty('taskId')
})

test('lets a call in flight finish while it drains, and is not SERVING meanwhile', async () => {
  const draining = await startCore()
  const release = await blockNegotiations(draining)
  const call = draining.negotiations.startNegotiation(negotiation)
  await vi.waitFor(async () => {
    const waiting = await draining.database.$queryRaw<unknown[]>`
      SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
      WHERE NOT granted AND datname = current_database()`
    expect(waiting).toHaveLength(1)
  })
  draining.health.drain()
  expect(await draining.healthChecks.check({ service: '' })).toEqual({ status: notServing })
  const stopped = draining.stop()
  await release()
  expect(await call).toHaveProperty('taskId')
  await stopped
})
