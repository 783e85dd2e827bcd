// The one way to core: a channel that fails fast, and clients whose every call has a deadline.
import {
  type ListingServiceClient,
  ListingServiceDefinition,
  type NegotiationServiceClient,
  NegotiationServiceDefinition,
  type TaskServiceClient,
  TaskServiceDefinition,
  type TenantServiceClient,
  TenantServiceDefinition,
} from '@throughline/contracts'
import { createChannel, createClientFactory, waitForChannelReady } from 'nice-grpc'
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline'

export interface Core {
  readonly listings: ListingServiceClient
  readonly negotiations: NegotiationServiceClient
  readonly tasks: TaskServiceClient
  readonly tenants: TenantServiceClient
  isReachable(): Promise<boolean>
  close(): void
}

export interface CoreOptions {
  readonly deadlineMs?: number
  readonly reachableWithinMs?: number
}

export function connectCore(
  address: string,
  { deadlineMs = 5_000, reachableWithinMs = 500 }: CoreOptions = {},
): Core {
  const channel = createChannel(address, undefined, {
    // Counts every call for a debugging service that nobody offers here.
    'grpc.enable_channelz': 0,
    // A restarted core is found again within a second or two, not within the default's two minutes.
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 2_000,
    // Notices a peer that vanished without closing its connection.
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 5_000,
  })
  const clients = createClientFactory().use(deadlineMiddleware)
  const everyCall = { '*': { deadline: deadlineMs } }
  return {
    listings: clients.create(ListingServiceDefinition, channel, everyCall),
    negotiations: clients.create(NegotiationServiceDefinition, channel, everyCall),
    tasks: clients.create(TaskServiceDefinition, channel, everyCall),
    tenants: clients.create(TenantServiceDefinition, channel, everyCall),
    isReachable: () =>
      waitForChannelReady(channel, new Date(Date.now() + reachableWithinMs)).then(
        () => true,
        () => false,
      ),
    close: () => channel.close(),
  }
}
