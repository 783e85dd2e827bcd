// The requests whose traces are known in full. Each runs once before its trace is asserted: the first of a kind also
// loads scripts into Redis, prepares statements and opens connections.
import { faultHeader, faults } from '@throughline/contracts'
import type { PromisedFields, TraceTree } from '@throughline/trace-testing'
import type { Call, RunningSystem } from './running-system.ts'

export interface Scenario {
  /** Its tree is in `trees/<name>.txt`. */
  readonly name: string
  readonly send: (running: Pick<RunningSystem, 'post'>, listing: Listing) => Promise<Call>
  /** The last that each service reports: when they are there and all is quiet, nothing is missing. */
  readonly lastSpans: readonly PromisedFields[]
}

export interface Listing {
  readonly id: string
  readonly priceCents: number
  /** What was found with it. */
  readonly besides: readonly string[]
}

export const search: Scenario = {
  name: 'search',
  send: (running) => running.post('/v1/search', { query: 'camera' }),
  lastSpans: [{ name: 'pg.query:SELECT throughline' }],
}

export const negotiation: Scenario = {
  name: 'negotiation',
  send: (running, listing) => running.post('/v1/negotiate', negotiationOver(listing)),
  lastSpans: [
    { name: 'decode', count: 3 },
    { name: 'throughline.v1.TaskService/CompleteTask', kind: 'SERVER' },
    { name: 'complete throughline-tasks' },
  ],
}

export const priceReview: Scenario = {
  name: 'price-review',
  send: (running, { id, besides }) =>
    running.post('/v1/review-prices', { listingIds: [id, ...besides] }),
  lastSpans: [
    { name: 'decode', count: 3 },
    { name: 'throughline.v1.TaskService/CompleteTask', kind: 'SERVER' },
    { name: 'complete throughline-tasks' },
  ],
}

export const validationError: Scenario = {
  name: 'validation-error',
  send: (running, listing) =>
    running.post('/v1/negotiate', { listingId: listing.id, budgetCents: -1 }),
  lastSpans: [{ name: 'POST /v1/negotiate' }],
}

export const failedTask: Scenario = {
  name: 'failed-task',
  send: (running, listing) =>
    running.post('/v1/negotiate', negotiationOver(listing), {
      headers: { [faultHeader]: faults.modelError },
    }),
  lastSpans: [
    { name: 'POST /v1/chat/completions', count: 3 },
    { name: 'throughline.v1.TaskService/FailTask', kind: 'SERVER', count: 3 },
    { name: 'fail throughline-tasks' },
  ],
}

export const scenarios: readonly Scenario[] = [
  ...[search, negotiation, priceReview, validationError, failedTask],
]

export async function runScenario(
  running: Pick<RunningSystem, 'post' | 'waitForTrace'>,
  { send, lastSpans }: Scenario,
  listing: Listing,
): Promise<{ call: Call; tree: TraceTree }> {
  const call = await send(running, listing)
  return { call, tree: await running.waitForTrace(call, { spans: lastSpans }) }
}

/** The same thing is bargained for in every run. */
export async function findListing({ post }: Pick<RunningSystem, 'post'>): Promise<Listing> {
  const { body } = await post('/v1/search', { query: 'camera', pageSize: 3 })
  const [listing, ...others] = body.listings as Listing[]
  if (listing === undefined) throw new Error('The seeds hold no camera')
  return { ...listing, besides: others.map(({ id }) => id) }
}

export function negotiationOver({ id, priceCents }: Pick<Listing, 'id' | 'priceCents'>) {
  return { listingId: id, budgetCents: Math.ceil(priceCents * 0.9) }
}
