// Span metrics are made of every span before any is sampled away: their sum is the number of requests, no more, no less.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findListing, negotiationOver } from '../scenarios.ts'
import { sumOf } from './prometheus.ts'
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

async function readCounts() {
  const [searches = 0, negotiates = 0, started = 0, completed = 0, edge = 0] = await Promise.all(
    [
      callsOf('POST /v1/search', 'gateway'),
      callsOf('POST /v1/negotiate', 'gateway'),
      callsOf('grpc.throughline.v1.NegotiationService/StartNegotiation', 'core'),
      callsOf('grpc.throughline.v1.TaskService/CompleteTask', 'core'),
      'traces_service_graph_request_total{client="gateway",server="core"}',
    ].map((expr) => sumOf(stack, expr)),
  )
  return { searches, negotiates, started, completed, edge }
}

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
  const increase = Object.entries(after).map(([key, value]) => [
    key,
    value - before[key as keyof typeof before],
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
