import { TaskState } from '@throughline/contracts'
import { Status } from 'nice-grpc'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { DomainError } from '../errors.ts'
import { makeListings } from '../seed/make-listings.ts'
import { startTaskServer, type TaskServer } from '../testing/task-server.ts'

let core: TaskServer
beforeAll(async () => {
  core = await startTaskServer()
})
beforeEach(() => vi.clearAllMocks())
afterAll(() => core.stop())

const [bike, lamp] = makeListings()
const facts = ({
  id,
  title,
  category,
  condition,
  priceCents,
  daysListed,
}: typeof bike & object) => ({
  ...{ id, title, category, condition, priceCents, daysListed },
})
const bikeFacts = bike && facts(bike)
const lampFacts = lamp && facts(lamp)

const submit = (type: string, request: object, tenantId = 'demo') =>
  core.tasks.submitTask({ tenantId, type, request })
const countRows = async () => ({
  tasks: await core.database.task.count(),
  outbox: await core.database.outbox.count(),
})

test.each([
  [
    'negotiation',
    { listingId: bike?.id, budgetCents: 50_000 },
    { listing: bikeFacts, budgetCents: 50_000 },
  ],
  ['price_review', { listingIds: [lamp?.id, bike?.id] }, { listings: [lampFacts, bikeFacts] }],
  ['price_review', { listingIds: [bike?.id, bike?.id] }, { listings: [bikeFacts] }],
  ['listing_summary', { listingId: lamp?.id }, { listing: lampFacts }],
  ['noop', { nodes: 4 }, { nodes: 4 }],
])('gives a %s the facts that it asks for', async (type, request, input) => {
  const { taskId } = await submit(type, request)
  expect(await core.get(taskId)).toMatchObject({ type, state: TaskState.QUEUED, negotiationId: '' })
  expect(await core.start(taskId)).toMatchObject({ tenantId: 'demo', taskType: type, input })
})

test('gives every attempt the facts of the first, whatever becomes of the listing', async () => {
  const { taskId } = await submit('listing_summary', { listingId: bike?.id })
  const { input } = await core.start(taskId)
  const where = { id: bike?.id ?? '' }
  await core.database.listing.update({ where, data: { title: 'Another', priceCents: 1 } })
  expect((await core.start(taskId)).input).toEqual(input)
})

test('commits a task with its place in line, and says so', async () => {
  const { taskId } = await submit('noop', { nodes: 1 })
  const outbox = await core.database.outbox.findUniqueOrThrow({ where: { taskId } })
  expect(outbox).toMatchObject({ tenantId: 'demo', sentAt: null })
  expect(core.queue.onTaskQueued).toHaveBeenCalledOnce()
})

test('commits nothing when the outbox row is refused', async () => {
  const before = await countRows()
  await core.database.$executeRaw`ALTER TABLE outbox ADD CONSTRAINT refuse CHECK (id < 0) NOT VALID`
  try {
    await expect(submit('noop', { nodes: 1 })).rejects.toMatchObject({ code: Status.INTERNAL })
  } finally {
    await core.database.$executeRaw`ALTER TABLE outbox DROP CONSTRAINT refuse`
  }
  expect(await countRows()).toEqual(before)
})

test('commits nothing while too many tasks wait', async () => {
  const before = await countRows()
  core.queue.admit.mockImplementationOnce(() => {
    throw new DomainError('resource_exhausted', 'Too many tasks wait already')
  })
  await expect(submit('noop', { nodes: 1 })).rejects.toMatchObject({
    code: Status.RESOURCE_EXHAUSTED,
  })
  expect(await countRows()).toEqual(before)
})

test('a task keeps the budget that its tenant gave it', async () => {
  const setBudget = (nanoUsd: bigint | null) =>
    core.database.tenant.update({
      where: { id: 'acme' },
      data: { budgetNanoUsdPerTask: nanoUsd },
    })
  await setBudget(5_000_000n)
  const taskId = await core.submitNoop('acme')
  await setBudget(null)
  expect((await core.start(taskId)).budgetNanoUsd).toBe(5_000_000)
  expect((await core.start(await core.submitNoop('acme'))).budgetNanoUsd).toBeUndefined()
})

test.each([
  ['tenant', () => submit('noop', { nodes: 1 }, 'nobody')],
  ['listing', () => submit('listing_summary', { listingId: 'lst_nothing' })],
  ['listing', () => submit('price_review', { listingIds: [bike?.id, 'lst_nothing'] })],
])('does not find a %s that does not exist, and commits nothing', async (noun, call) => {
  const before = await countRows()
  await expect(call()).rejects.toMatchObject({
    code: Status.NOT_FOUND,
    details: `There is no such ${noun}`,
  })
  expect(await countRows()).toEqual(before)
  expect(core.queue.onTaskQueued).not.toHaveBeenCalled()
})

test.each([
  ['tenant_id', 'noop', { nodes: 1 }, ''],
  ['type', 'poem', {}, 'demo'],
  ['request.nodes', 'noop', {}, 'demo'],
  ['request.nodes', 'noop', { nodes: 5 }, 'demo'],
  ['request.listingIds', 'price_review', { listingIds: [] }, 'demo'],
  ['request.listingIds.1', 'price_review', { listingIds: ['lst_1', ''] }, 'demo'],
  ['request', 'listing_summary', { listingId: 'nul\0' }, 'demo'],
])('refuses a bad %s by its name (%s %j)', async (field, type, request, tenantId) => {
  await expect(submit(type, request, tenantId)).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringMatching(`^${field}: `),
  })
})

const submitNamed = (idempotencyKey: string, nodes = 1, tenantId = 'demo') =>
  core.tasks.submitTask({ tenantId, type: 'noop', request: { nodes }, idempotencyKey })

test('a submission that is sent again, all at once too, becomes one task', async () => {
  const before = await countRows()
  const key = crypto.randomUUID()
  const answers = await Promise.all(Array.from({ length: 8 }, () => submitNamed(key)))
  const taskId = answers[0]?.taskId ?? ''
  for (const answer of [...answers, await submitNamed(key)]) expect(answer).toEqual({ taskId })
  expect(await countRows()).toEqual({ tasks: before.tasks + 1, outbox: before.outbox + 1 })
  expect(core.queue.onTaskQueued).toHaveBeenCalledOnce()
})

test('is answered with its task when that has ended, and while nothing more is taken', async () => {
  const key = crypto.randomUUID()
  const { taskId } = await submitNamed(key)
  await core.start(taskId)
  await core.complete(taskId, 1)
  core.queue.admit.mockImplementation(() => {
    throw new DomainError('resource_exhausted', 'Too many tasks wait already')
  })
  try {
    expect(await submitNamed(key)).toEqual({ taskId })
    await expect(submitNamed(crypto.randomUUID())).rejects.toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
    })
  } finally {
    core.queue.admit.mockReset()
  }
})

test('the key of one request is no other’s, and another tenant’s is its own', async () => {
  const key = crypto.randomUUID()
  const { taskId } = await submitNamed(key)
  await expect(submitNamed(key, 2)).rejects.toMatchObject({
    code: Status.FAILED_PRECONDITION,
    details: 'The idempotency key was used for another request before',
  })
  expect((await submitNamed(key, 2, 'acme')).taskId).not.toBe(taskId)
})

test.each([[''], ['x'.repeat(256)], ['nul\0']])('refuses the key %j by its name', async (key) => {
  await expect(submitNamed(key)).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
    details: expect.stringMatching('^idempotency_key: '),
  })
})
