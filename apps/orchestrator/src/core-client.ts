// The way to core. A call that has no answer in time counts as core being away.
import { type TaskServiceClient, TaskServiceDefinition } from '@throughline/contracts'
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
