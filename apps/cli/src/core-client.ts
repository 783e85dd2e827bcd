import {
  type TaskServiceClient,
  TaskServiceDefinition,
  type WorkerServiceClient,
  WorkerServiceDefinition,
} from '@throughline/contracts'
import { grpcChannelOptions } from '@throughline/process'
import { createChannel, createClientFactory } from 'nice-grpc'
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline'

const deadlineMs = 10_000

export interface Core extends Disposable {
  readonly tasks: TaskServiceClient
  readonly workers: WorkerServiceClient
}

export function connectCore(address: string): Core {
  const channel = createChannel(address, undefined, grpcChannelOptions)
  const clients = createClientFactory().use(deadlineMiddleware)
  const defaults = { '*': { deadline: deadlineMs } }
  return {
    tasks: clients.create(TaskServiceDefinition, channel, defaults),
    workers: clients.create(WorkerServiceDefinition, channel, defaults),
    [Symbol.dispose]: () => channel.close(),
  }
}
