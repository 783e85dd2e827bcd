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
import { grpcChannelOptions } from '@throughline/process'
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
  const channel = createChannel(address, undefined, grpcChannelOptions)
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
