// Span metrics are made of every span before any is sampled away: their sum is the number of requests, no more, no less.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findListing, negotiationOver } from '../scenarios.ts'
import { countsOf, increaseOf } from './prometheus.ts'
import { settled } from './settled.ts'
import { connectStack, type Stack, sendTrafficAway } from './stack.ts'

let stack: Stack
let letTrafficIn: () => Promise<unknown>

beforeAll(async () => {
  stack = await connectStack()
  letTrafficIn = await sendTrafficAway()
})
afterAll(() => letTrafficIn?.())

const sent = { searches: 150, refused: 20, negotiations: 25 }
const concurrency = 5

const callsOf = (spanName: string, service: string) =>
  `traces_span_metrics_calls_total{service_name="${service}",span_name="${spanName}",span_kind="SPAN_KIND_SERVER"}`

const counted = {
  searches: callsOf('POST /v1/search', 'gateway'),
  negotiates: callsOf('POST /v1/negotiate', 'gateway'),
  started: callsOf('throughline.v1.NegotiationService/StartNegotiation', 'core'),
  completed: callsOf('throughline.v1.TaskService/CompleteTask', 'core'),
  edge: 'traces_service_graph_request_total{client="gateway",server="core"}',
}
const readCounts = () => countsOf(stack, Object.values(counted))

test('span metrics and the service graph count every request that was sent', async () => {
  const listing = await findListing(stack)
  const before = await settled(readCounts)
  const requests = [
    ...Array.from(
      { length: sent.searches },
      () => () => stack.post('/v1/search', { query: 'camera' }),
    ),
    ...Array.from({ length: sent.refused }, () => () => stack.post('/v1/search', { query: ' ' })),
    ...Array.from(
      { length: sent.negotiations },
      () => () => stack.post('/v1/negotiate', negotiationOver(listing)),
    ),
  ]
  const statuses = await inTurn(requests)
  expect(statuses.get(200)).toBe(sent.searches)
  expect(statuses.get(400)).toBe(sent.refused)
  expect(statuses.get(202)).toBe(sent.negotiations)

  const after = await settled(readCounts)
  const increase = Object.keys(counted).map((name, index) => [
    name,
    increaseOf(before[index], after[index]),
  ])
  expect(Object.fromEntries(increase)).toEqual({
    searches: sent.searches + sent.refused,
    negotiates: sent.negotiations,
    started: sent.negotiations,
    completed: sent.negotiations,
    // A refused body ends in the gateway.
    edge: sent.searches + sent.negotiations,
  })
})

/** How many answers had which status. */
async function inTurn(
  requests: (() => Promise<{ status: number }>)[],
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  const waiting = requests.values()
  const worker = async () => {
    for (const request of waiting) {
      const { status } = await request()
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return statuses
}
