import type { ListingServiceImplementation } from '@throughline/contracts'
import type { Database } from '../database.ts'
import { searchListings } from './search-listings.ts'

export function listingService(database: Database): ListingServiceImplementation {
  return { searchListings: (request) => searchListings(database, request) }
}
