import { Status } from 'nice-grpc'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { createDatabase } from '../database.ts'
import { makeListings } from '../seed/make-listings.ts'
import { startBreakableProxy } from '../testing/breakable-proxy.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { commitQuietly, endTasks } from '../testing/waiting-tasks.ts'
import { watchAdmission } from './admission.ts'

const refused = { code: Status.RESOURCE_EXHAUSTED, details: 'Too many tasks wait already' }

let core: TestCore
beforeAll(async () => {
  core = await startCore({ maxWaitingTasks: 20, window: () => 0 })
  // The first of a tenant needs no place.
  await commitQuietly(core.database, 'demo')
  await vi.waitFor(async () => {
    expect(await core.database.outbox.count({ where: { sentAt: null } })).toBe(0)
  }, 10_000)
})
afterAll(() => core.stop())

const submit = () =>
  core.tasks.submitTask({ tenantId: 'demo', type: 'noop', request: { nodes: 1 } })
const outcome = () =>
  submit().then(
    () => 'accepted',
    ({ code }) => Status[code],
  )

test('refuses tasks of every kind while too many wait, and takes some again afterwards', async () => {
  const taskIds = await commitQuietly(core.database, 'demo', 20)
  await expect.poll(outcome).toBe('RESOURCE_EXHAUSTED')
  await expect(submit()).rejects.toMatchObject(refused)
  const listingId = makeListings()[0]?.id
  await expect(
    core.negotiations.startNegotiation({ tenantId: 'demo', listingId, budgetCents: 1_000 }),
  ).rejects.toMatchObject(refused)
  await endTasks(core.database, taskIds)
  await expect.poll(outcome).toBe('accepted')
})

test('counts what it accepts between two looks at what waits', async () => {
  await core.database.outbox.deleteMany({ where: { sentAt: null } })
  await expect.poll(outcome).toBe('accepted')
  const outcomes = await Promise.all(Array.from({ length: 60 }, outcome))
  expect(outcomes).toContain('RESOURCE_EXHAUSTED')
  const waiting = await core.database.outbox.count({ where: { sentAt: null } })
  expect(waiting).toBeGreaterThan(15)
  expect(waiting).toBeLessThanOrEqual(20)
})

test('keeps to the bound while it cannot look at what waits', async () => {
  const logger = pino({ level: 'silent' })
  const proxy = await startBreakableProxy(inject('postgresUrl'))
  proxy.breakOff()
  const database = createDatabase({ url: proxy.url, poolSize: 2, logger })
  const { admit, stop } = watchAdmission({ database, logger, maxWaitingTasks: 20 })
  for (let accepted = 0; accepted < 15; accepted++) admit()
  const looked = proxy.harm()
  await vi.waitFor(() => expect(proxy.harm()).toBeGreaterThan(looked + 1), 10_000)
  for (let accepted = 15; accepted < 20; accepted++) admit()
  expect(admit).toThrow(refused.details)
  await stop()
  await database.$disconnect()
  await proxy.stop()
})
