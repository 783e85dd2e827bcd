// Full text search, a page at a time. The order is total (rank, then id) and a page starts after the last row of the
// page before, so that paging neither skips nor repeats while listings come and go.
import type { SearchListingsRequest, SearchListingsResponse } from '@throughline/contracts'
import { z } from 'zod'
import { type Database, Prisma } from '../database.ts'
import type { Listing } from '../gen/prisma/client.ts'
import { decodePageToken, encodePageToken } from '../page-token.ts'
import { cents, identifier, pageSize, requiredText, text, validate } from '../validation.ts'
import { toListingMessage } from './listing-mapper.ts'

/** Best rank first, then by id: together they order all rows without ties. */
const positionSchema = z.tuple([z.number().min(0).max(1), identifier])

const requestSchema = z.object({
  tenantId: identifier,
  query: requiredText(200),
  category: text(40),
  maxPriceCents: cents,
  pageSize,
  pageToken: text(200),
})

export async function searchListings(
  database: Database,
  request: SearchListingsRequest,
): Promise<SearchListingsResponse> {
  const {
    query: words,
    category,
    maxPriceCents,
    pageSize,
    pageToken,
  } = validate(requestSchema, request)
  const asked = [words, category, maxPriceCents]
  const filters = [Prisma.sql`search @@ query`]
  if (category) filters.push(Prisma.sql`category = ${category}`)
  if (maxPriceCents) filters.push(Prisma.sql`price_cents <= ${maxPriceCents}`)

  // One row more than the page tells whether there is another page.
  const rows = await database.$queryRaw<(Listing & { rank: number })[]>`
    SELECT id, title, description, category, condition, "priceCents", "listedAt", rank
    FROM (
      SELECT id, title, description, category, condition::text, price_cents AS "priceCents",
        listed_at AS "listedAt", ts_rank(search, query) AS rank
      FROM listings, websearch_to_tsquery('english', ${words}) AS query
      WHERE ${Prisma.join(filters, ' AND ')}
    ) AS matches
    WHERE ${pageToken ? afterPosition(asked, pageToken) : Prisma.sql`TRUE`}
    ORDER BY rank DESC, id
    LIMIT ${pageSize + 1}`

  const page = rows.slice(0, pageSize)
  const last = rows.length > pageSize ? page.at(-1) : undefined
  return {
    listings: page.map((row) => toListingMessage(row)),
    nextPageToken: last ? encodePageToken(asked, [last.rank, last.id]) : '',
  }
}

function afterPosition(asked: readonly unknown[], pageToken: string): Prisma.Sql {
  const [rank, id] = decodePageToken(asked, positionSchema, pageToken)
  // Ranks are single precision: compared as anything wider, a row could come after itself.
  return Prisma.sql`(rank < ${rank}::real OR (rank = ${rank}::real AND id > ${id}))`
}
