// Every service core offers, on one gRPC server that is not listening yet.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  ListingServiceDefinition,
  NegotiationServiceDefinition,
  TaskServiceDefinition,
  TenantServiceDefinition,
  WorkerServiceDefinition,
} from '@throughline/contracts'
import { grpcOptions } from '@throughline/process'
import { createServer, type Server } from 'nice-grpc'
import { HealthDefinition, HealthServiceImpl, type HealthState } from 'nice-grpc-server-health'
import { ServerReflection, ServerReflectionService } from 'nice-grpc-server-reflection'
import type { Logger } from 'pino'
import { reportCalls } from './calls.ts'
import type { Database } from './database.ts'
import { listingService } from './listings/listing-service.ts'
import { negotiationService } from './negotiations/negotiation-service.ts'
import { type QueueHooks, taskService } from './tasks/task-service.ts'
import { tenantService } from './tenants/tenant-service.ts'
import type { WorkerRegistry } from './workers/worker-registry.ts'
import { workerService } from './workers/worker-service.ts'

export interface ServerOptions {
  readonly database: Database
  readonly health: HealthState
  readonly logger: Logger
  readonly queueHooks: QueueHooks
  readonly workers: WorkerRegistry
}

const limits = {
  'grpc.max_receive_message_length': 64 * 1_024,
  'grpc.max_send_message_length': 4 * 1_024 * 1_024,
  'grpc.max_metadata_size': 16 * 1_024,
  'grpc.max_concurrent_streams': 1_000,
}

const services = [
  ListingServiceDefinition,
  NegotiationServiceDefinition,
  TaskServiceDefinition,
  TenantServiceDefinition,
  WorkerServiceDefinition,
]

const polls = new Set([`${TenantServiceDefinition.fullName}/ListKeys`])

export function buildServer(options: ServerOptions): Server {
  const { database, health, logger, queueHooks, workers } = options
  const server = createServer({ ...grpcOptions, ...limits })
  const reported = server.with(reportCalls({ logger, polls }))
  reported.add(ListingServiceDefinition, listingService(database))
  reported.add(NegotiationServiceDefinition, negotiationService({ database, ...queueHooks }))
  reported.add(TaskServiceDefinition, taskService({ database, ...queueHooks }))
  reported.add(TenantServiceDefinition, tenantService(database, logger))
  reported.add(WorkerServiceDefinition, workerService(workers))
  server.add(HealthDefinition, HealthServiceImpl(health))
  server.add(
    ServerReflectionService,
    ServerReflection(
      readProtoset(),
      services.map((service) => service.fullName),
    ),
  )
  return server
}

const drainTimeoutMs = 5_000

/** Takes no more calls and waits for those in flight, but not for ever: a health watch never ends by itself. */
export async function drainServer(server: Server): Promise<void> {
  const timer = setTimeout(() => server.forceShutdown(), drainTimeoutMs)
  await server.shutdown()
  clearTimeout(timer)
}

function readProtoset(): Uint8Array {
  const require = createRequire(import.meta.url)
  return readFileSync(require.resolve('@throughline/contracts/throughline.protoset.binpb'))
}
