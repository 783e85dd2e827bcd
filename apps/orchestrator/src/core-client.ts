// The way to core. A call that has no answer in time counts as core being away.
import { type TaskServiceClient, TaskServiceDefinition } from '@throughline/contracts'
import { grpcChannelOptions } from '@throughline/process'
import { createChannel, createClientFactory, waitForChannelReady } from 'nice-grpc'
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline'

const reachableWithinMs = 500

export interface Core {
  readonly tasks: TaskServiceClient
  isReachable(): Promise<boolean>
  close(): void
}

/** Every call may be sent again, so that a lost answer costs no more than this. */
export const coreDeadlineMs = 2_000

export function connectCore(address: string, { deadlineMs = coreDeadlineMs } = {}): Core {
  const channel = createChannel(address, undefined, grpcChannelOptions)
  return {
    tasks: createClientFactory()
      .use(deadlineMiddleware)
      .create(TaskServiceDefinition, channel, { '*': { deadline: deadlineMs } }),
    isReachable: () =>
      waitForChannelReady(channel, new Date(Date.now() + reachableWithinMs)).then(
        () => true,
        () => false,
      ),
    close: () => channel.close(),
  }
}
