import { ServerError, Status } from 'nice-grpc'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { openShop, type Shop } from '../testing/open-shop.ts'
import { createMakeVisit } from './make-visit.ts'
import { mistakeNames } from './mistakes.ts'
import { type Purchase, type Shopping, waitings } from './plan-visit.ts'

let shop: Shop
const negotiated: string[] = []

beforeAll(async () => {
  shop = await openShop(inject('redisUrl'))
})
afterAll(() => shop.gateway.stop())
beforeEach(() => {
  shop.ending = 'completed'
  shop.gateway.peer.calls.length = 0
  negotiated.length = 0
})

const signal = new AbortController().signal
const wish = { query: 'bicycle' }
const look: Shopping = { kind: 'browse', wish, looks: 2, pageSize: 5, thinkMs: 1 }
const purchase: Purchase = { choice: 0.5, budgetShare: 0.8, waiting: 'wait', unlucky: false }
const makeVisit = (visit: Parameters<ReturnType<typeof createMakeVisit>>[0]) =>
  createMakeVisit({
    gateway: shop.client,
    logger: pino({ level: 'silent' }),
    onNegotiated: (traceId) => negotiated.push(traceId),
  })(visit, signal)
const calls = () => shop.gateway.peer.calls.map(({ method }) => method)

test('who looks around searches, turns no page that is not there, and buys nothing', async () => {
  await makeVisit(look)
  expect(calls()).toEqual(['SearchListings'])
  expect(shop.gateway.peer.calls[0]?.request).toMatchObject({ query: 'bicycle', pageSize: 5 })
})

test.each(waitings)('who buys gets the agent’s answer by way of "%s"', async (waiting) => {
  await makeVisit({ ...look, kind: 'negotiate', purchase: { ...purchase, waiting } })
  const request = shop.gateway.peer.calls.find(({ method }) => method === 'StartNegotiation')
  expect(request?.request).toMatchObject({ listingId: 'listing-1', budgetCents: 20_000 })
  expect(negotiated).toHaveLength(1)
})

test.each([
  ['listing', 'listing_summary', { listingId: 'listing-1' }],
  ['prices', 'price_review', { listingIds: ['listing-1'] }],
] as const)('who asks about the %s submits a %s', async (about, type, request) => {
  const consultation = { choice: 0.5, about, changesMind: false }
  await makeVisit({ ...look, kind: 'consult', consultation })
  const submitted = shop.gateway.peer.calls.find(({ method }) => method === 'SubmitTask')
  expect(submitted?.request).toMatchObject({ type, request })
  expect(calls()).not.toContain('CancelTask')
})

test('who changes its mind cancels what it asked for, also when that is too late', async () => {
  const consultation = { choice: 0.5, about: 'listing', changesMind: true } as const
  await makeVisit({ ...look, kind: 'consult', consultation })
  expect(calls()).toContain('CancelTask')
  shop.ending = 'failed'
  await makeVisit({ ...look, kind: 'consult', consultation })
})

test('a task that failed ends the visit like any other, but is nothing to point to', async () => {
  shop.ending = 'failed'
  await makeVisit({ ...look, kind: 'negotiate', purchase: { ...purchase, unlucky: true } })
  expect(calls()).toContain('StartNegotiation')
  expect(negotiated).toEqual([])
})

test.each(mistakeNames)('who %s is refused', async (mistake) => {
  await expect(makeVisit({ kind: 'mistake', mistake })).resolves.toBeUndefined()
})

test('says when the gateway is away, and when its answer makes no sense', async () => {
  shop.gateway.peer.before = () => {
    throw new ServerError(Status.INTERNAL, 'core is broken')
  }
  await expect(makeVisit(look)).rejects.toMatchObject({ code: 'unexpected_answer' })
  await shop.gateway.app.close()
  await expect(makeVisit(look)).rejects.toMatchObject({ code: 'gateway_away' })
})
