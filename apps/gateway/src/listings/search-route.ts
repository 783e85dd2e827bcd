import {
  ListingCondition,
  type SearchListingsResponse,
  type SearchResponse,
  searchRequestSchema,
  searchResponseSchema,
} from '@throughline/contracts'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import type { Core } from '../core-client.ts'
import { callerOf } from '../edge/authentication.ts'
import { disconnectSignal } from '../edge/disconnect-signal.ts'
import { jsonResponse, keyed, problemResponses } from '../openapi/responses.ts'

export const searchRoute: FastifyPluginCallbackZod<{ listings: Core['listings'] }> = (
  app,
  { listings },
  done,
) => {
  const schema = {
    ...keyed,
    operationId: 'search',
    tags: ['listings'],
    summary: 'Search what is for sale',
    body: searchRequestSchema,
    response: {
      200: jsonResponse('Listings, best match first', searchResponseSchema),
      ...problemResponses(400, 401, 413, 415, 429, 503, 504),
    },
  }
  app.post('/search', { schema }, async (request, reply) => {
    const { tenantId } = callerOf(request)
    const found = await listings.searchListings(
      { tenantId, ...request.body },
      { signal: disconnectSignal(reply) },
    )
    return searchBody(found)
  })
  done()
}

const conditions: Readonly<Record<number, 'new' | 'good' | 'worn'>> = {
  [ListingCondition.NEW]: 'new',
  [ListingCondition.GOOD]: 'good',
  [ListingCondition.WORN]: 'worn',
}

function searchBody({ listings, nextPageToken }: SearchListingsResponse): SearchResponse {
  return {
    listings: listings.map((listing) => {
      const condition = conditions[listing.condition]
      if (condition === undefined) throw new Error('core sent a listing without a condition')
      return { ...listing, condition }
    }),
    ...(nextPageToken && { nextPageToken }),
  }
}
