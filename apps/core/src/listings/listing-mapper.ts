import {
  ListingCondition,
  type ListingFacts,
  type Listing as ListingMessage,
} from '@throughline/contracts'
import type { Listing as ListingRow } from '../gen/prisma/client.ts'

const conditions = {
  new: ListingCondition.NEW,
  good: ListingCondition.GOOD,
  worn: ListingCondition.WORN,
} as const satisfies Record<ListingRow['condition'], ListingCondition>

const dayMs = 24 * 60 * 60 * 1_000

export function toListingMessage(row: ListingRow, now = Date.now()): ListingMessage {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    category: row.category,
    condition: conditions[row.condition],
    priceCents: row.priceCents,
    daysListed: daysListed(row, now),
  }
}

/** What a task is told of a listing. */
export function toListingFacts(row: ListingRow, now = Date.now()): ListingFacts {
  const { id, title, category, condition, priceCents } = row
  return { id, title, category, condition, priceCents, daysListed: daysListed(row, now) }
}

function daysListed({ listedAt }: ListingRow, now: number): number {
  return Math.max(0, Math.floor((now - listedAt.getTime()) / dayMs))
}
