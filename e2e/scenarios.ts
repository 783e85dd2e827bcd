// The requests whose traces are known in full. Each runs once before its trace is asserted: the first of a kind also
// loads scripts into Redis, prepares statements and opens connections.
import { faultHeader, faults } from '@throughline/contracts'
import type { TraceTree, WaitOptions } from '@throughline/trace-testing'
import type { Call, RunningSystem } from './running-system.ts'

export interface Scenario {
  /** Its tree is in `trees/<name>.txt`. */
  readonly name: string
  readonly run: (
    running: RunningSystem,
    listing: Listing,
  ) => Promise<{ call: Call; tree: TraceTree }>
}

export interface Listing {
  readonly id: string
  readonly priceCents: number
}

export const search = scenario('search', (running) =>
  running.post('/v1/search', { query: 'camera' }),
)

export const negotiation = scenario(
  'negotiation',
  (running, listing) => running.post('/v1/negotiate', negotiationOver(listing)),
  { spans: [{ name: 'grpc.throughline.v1.TaskService/CompleteTask', kind: 'SERVER' }] },
)

export const validationError = scenario('validation-error', (running, listing) =>
  running.post('/v1/negotiate', { listingId: listing.id, budgetCents: -1 }),
)

export const failedTask = scenario(
  'failed-task',
  (running, listing) =>
    running.post('/v1/negotiate', negotiationOver(listing), {
      headers: { [faultHeader]: faults.modelError },
    }),
  { spans: [{ name: 'grpc.throughline.v1.TaskService/FailTask', kind: 'SERVER', count: 3 }] },
)

export const scenarios: readonly Scenario[] = [search, negotiation, validationError, failedTask]

/** The same thing is bargained for in every run. */
export async function findListing({ post }: Pick<RunningSystem, 'post'>): Promise<Listing> {
  const { body } = await post('/v1/search', { query: 'camera', pageSize: 1 })
  const [listing] = body.listings as Listing[]
  if (listing === undefined) throw new Error('The seeds hold no camera')
  return listing
}

export function negotiationOver({ id, priceCents }: Listing) {
  return { listingId: id, budgetCents: Math.ceil(priceCents * 0.9) }
}

function scenario(
  name: string,
  send: (running: RunningSystem, listing: Listing) => Promise<Call>,
  wait?: WaitOptions,
): Scenario {
  return {
    name,
    run: async (running, listing) => {
      const call = await send(running, listing)
      return { call, tree: await running.waitForTrace(call, wait) }
    },
  }
}
