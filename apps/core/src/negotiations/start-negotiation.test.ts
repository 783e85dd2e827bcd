import { taskQueueName } from '@throughline/contracts'
import { Queue } from 'bullmq'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { makeListings } from '../seed/make-listings.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { startNegotiation } from './start-negotiation.ts'

let core: TestCore
beforeAll(async () => {
  core = await startCore()
})
afterAll(() => core.stop())

const listingId = makeListings()[0]?.id ?? ''
const request = { tenantId: 'demo', listingId, budgetCents: 50_000 }

const countRows = async () => ({
  negotiations: await core.database.negotiation.count(),
  tasks: await core.database.task.count(),
  outbox: await core.database.outbox.count(),
})

test('commits the negotiation, its task and its outbox row together', async () => {
  const { negotiationId, taskId } = await core.negotiations.startNegotiation(request)
  const negotiation = await core.database.negotiation.findUniqueOrThrow({
    where: { id: negotiationId },
    include: { task: { include: { outbox: true } } },
  })
  expect(negotiation).toMatchObject({ tenantId: 'demo', listingId, budgetCents: 50_000 })
  expect(negotiation.task).toMatchObject({
    id: taskId,
    tenantId: 'demo',
    type: 'negotiation',
    state: 'queued',
    input: { listing: { id: listingId }, budgetCents: 50_000 },
    outbox: { tenantId: 'demo' },
  })
})

test('commits nothing when the outbox row is refused', async () => {
  const before = await countRows()
  await core.database.$executeRaw`ALTER TABLE outbox ADD CONSTRAINT refuse CHECK (id < 0) NOT VALID`
  try {
    await expect(core.negotiations.startNegotiation(request)).rejects.toMatchObject({
      code: Status.INTERNAL,
      details: 'Internal error',
    })
  } finally {
    await core.database.$executeRaw`ALTER TABLE outbox DROP CONSTRAINT refuse`
  }
  expect(await countRows()).toEqual(before)
})

test('shows a task whose negotiation it is', async () => {
  const { negotiationId, taskId } = await core.negotiations.startNegotiation(request)
  const { task } = await core.tasks.getTask({ tenantId: 'demo', taskId })
  expect(task).toMatchObject({ type: 'negotiation', negotiationId })
})

test('puts its job on the queue', async () => {
  const { taskId } = await core.negotiations.startNegotiation(request)
  await vi.waitFor(async () => expect(await core.queue.stateOf(taskId)).toBe('prioritized'), 5_000)
  const queue = new Queue(taskQueueName, { connection: core.redis, prefix: core.queuePrefix })
  const job = await queue.getJob(taskId)
  await queue.close()
  const data = { taskId, tenantId: 'demo', taskType: 'negotiation' }
  expect(job).toMatchObject({ id: taskId, name: 'negotiation', data })
})

test.each([
  ['tenant', { ...request, tenantId: 'nobody' }],
  ['listing', { ...request, listingId: 'lst_nothing' }],
])('does not find a %s that does not exist, and commits nothing', async (noun, unknown) => {
  const before = await countRows()
  await expect(core.negotiations.startNegotiation(unknown)).rejects.toMatchObject({
    code: Status.NOT_FOUND,
    details: `There is no such ${noun}`,
  })
  expect(await countRows()).toEqual(before)
})

test.each([
  ['tenant_id', { ...request, tenantId: '' }],
  ['listing_id', { ...request, listingId: 'x'.repeat(41) }],
  ['listing_id', { ...request, listingId: 'nul\0' }],
  ['budget_cents', { ...request, budgetCents: 0 }],
  ['budget_cents', { ...request, budgetCents: 100_000_001 }],
])('refuses a bad %s by its name', async (field, bad) => {
  await expect(core.negotiations.startNegotiation(bad)).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringMatching(`^${field}: `),
  })
})

test('names every bad field at once', async () => {
  await expect(core.negotiations.startNegotiation({})).rejects.toMatchObject({
    details: 'tenant_id: is required; listing_id: is required; budget_cents: must be positive',
  })
})

test('writes nothing for a caller who has gone', async () => {
  const before = await countRows()
  const queue = { admit: () => {}, onTaskQueued: () => {} }
  const gone = startNegotiation(core.database, request, queue, AbortSignal.abort())
  await expect(gone).rejects.toMatchObject({ name: 'AbortError' })
  expect(await countRows()).toEqual(before)
})

test('a negotiation that is sent again, all at once too, is one', async () => {
  const before = await countRows()
  const named = { ...request, idempotencyKey: crypto.randomUUID() }
  const send = () => core.negotiations.startNegotiation(named)
  const answers = await Promise.all(Array.from({ length: 8 }, send))
  for (const answer of [...answers, await send()]) expect(answer).toEqual(answers[0])
  const { negotiations, tasks } = await countRows()
  expect({ negotiations, tasks }).toEqual({
    negotiations: before.negotiations + 1,
    tasks: before.tasks + 1,
  })
})

test('a key that a task was submitted with is none for the same negotiation', async () => {
  const { tenantId, ...asked } = request
  const idempotencyKey = crypto.randomUUID()
  await core.tasks.submitTask({ tenantId, type: 'negotiation', request: asked, idempotencyKey })
  await expect(
    core.negotiations.startNegotiation({ ...request, idempotencyKey }),
  ).rejects.toMatchObject({ code: Status.FAILED_PRECONDITION })
})
