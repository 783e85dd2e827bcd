// What a task starts from: the request, and the facts it names as they were at that moment. Every attempt is given the
// same, whatever becomes of the listings meanwhile.
import type {
  ListingFacts,
  TaskInput,
  TaskRequest,
  TaskType,
  TaskTypes,
} from '@throughline/contracts'
import type { Database } from '../database.ts'
import { DomainError } from '../errors.ts'
import { toListingFacts } from '../listings/listing-mapper.ts'

type FindListings = (ids: readonly string[]) => Promise<ListingFacts[]>

type TakeInput = {
  readonly [Type in TaskType]: (
    request: TaskRequest<Type>,
    find: FindListings,
  ) => Promise<TaskInput<Type>>
}

const takers: TakeInput = {
  async negotiation({ listingId, budgetCents }, find) {
    return { listing: only(await find([listingId])), budgetCents }
  },
  async price_review({ listingIds }, find) {
    return { listings: await find([...new Set(listingIds)]) }
  },
  async listing_summary({ listingId }, find) {
    return { listing: only(await find([listingId])) }
  },
  noop: async (request) => request,
}

export function takeInput<Type extends keyof TaskTypes>(
  database: Database,
  type: Type,
  request: TaskRequest<Type>,
): Promise<TaskInput<Type>> {
  return takers[type](request, (ids) => findListings(database, ids))
}

/** In the order in which they were asked for. */
async function findListings(database: Database, ids: readonly string[]): Promise<ListingFacts[]> {
  const rows = await database.listing.findMany({ where: { id: { in: [...ids] } } })
  const facts = new Map(rows.map((row) => [row.id, toListingFacts(row)]))
  return ids.map((id) => facts.get(id) ?? throwUnknown())
}

function only([listing]: ListingFacts[]): ListingFacts {
  return listing ?? throwUnknown()
}

function throwUnknown(): never {
  throw new DomainError('not_found', 'There is no such listing')
}
