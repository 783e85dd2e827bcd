// Secrets in calls to core that no gateway has looked at.
import {
  ListingServiceDefinition,
  NegotiationServiceDefinition,
  TaskServiceDefinition,
} from '@throughline/contracts'
import { createChannel, createClient, Metadata } from 'nice-grpc'
import { secrets } from './words.ts'

/** Resolves with how many were refused. */
export async function plantOverGrpc(address: string): Promise<number> {
  const channel = createChannel(address, undefined, {
    'grpc.primary_user_agent': secrets.grpcAgent,
  })
  const options = {
    metadata: Metadata({
      [secrets.grpcMetadataName]: secrets.grpcMetadata,
      authorization: `Bearer ${secrets.grpcMetadata}`,
      'secret-bin': Buffer.from(secrets.grpcMetadata),
    }),
    signal: AbortSignal.timeout(10_000),
  }
  const { searchListings } = ListingServiceDefinition.methods
  const unknown = {
    ...ListingServiceDefinition,
    methods: {
      searchListings: { ...searchListings, name: secrets.grpcMethod },
    },
  }
  const words = { category: '', maxPriceCents: 0, pageSize: 1, pageToken: '' }
  const query = { tenantId: secrets.grpcTenant, query: secrets.grpcField, ...words }
  const listings = createClient(ListingServiceDefinition, channel)
  const calls = [
    listings.searchListings(query, options),
    listings.searchListings({ ...query, pageToken: secrets.grpcField }, options),
    createClient(unknown, channel).searchListings(query, options),
    createClient(NegotiationServiceDefinition, channel).startNegotiation(
      { tenantId: secrets.grpcTenant, listingId: secrets.grpcField, budgetCents: 1 },
      options,
    ),
    createClient(TaskServiceDefinition, channel).startTask(
      { taskId: secrets.grpcField, workerId: secrets.grpcField, traceparent: secrets.grpcField },
      options,
    ),
  ]
  const settled = await Promise.allSettled(calls)
  channel.close()
  return settled.filter(({ status }) => status === 'rejected').length
}
