// A gRPC client and its server in one process: what a call costs is what it costs on both sides.
import { ListingServiceDefinition, type ListingServiceImplementation } from '@throughline/contracts'
import { createChannel, createClient, createServer } from 'nice-grpc'
import { offerWork } from '../control.ts'
import { pace } from '../pace.ts'
import { insideTrace } from './inside-trace.ts'

const deadlineMs = 5_000
const listing = { id: 'lst_1', title: 'A bicycle', category: 'sports', priceCents: 25_000 }
const service: ListingServiceImplementation = {
  searchListings: async () => ({ listings: [listing] }),
}

const server = createServer()
server.add(ListingServiceDefinition, service)
const port = await server.listen('127.0.0.1:0')
const client = createClient(ListingServiceDefinition, createChannel(`127.0.0.1:${port}`))

offerWork(async (load) => {
  const underWay = new Set<Promise<unknown>>()
  const call = async () => {
    const signal = AbortSignal.timeout(deadlineMs)
    await client.searchListings({ tenantId: 'bench', query: 'bicycle' }, { signal })
  }
  await pace(load, () => {
    const calling = insideTrace(call).finally(() => underWay.delete(calling))
    underWay.add(calling)
  })
  await Promise.all(underWay)
})
