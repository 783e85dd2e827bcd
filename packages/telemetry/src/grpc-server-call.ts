// A gRPC call as its server sees it: from its headers until its trailers are sent or nobody waits for them any more.
import type { Metadata, ServerInterceptingCallInterface } from '@grpc/grpc-js'
import { context, propagation } from '@opentelemetry/api'
import { rootContext } from './context/flat-context.ts'
import type { ObserveCall, ObservedCall } from './grpc-call.ts'

const cancelled = 1
const deadlineExceeded = 4
/** The caller's timer ends a call a moment before ours would. */
const deadlineToleranceMs = 10

/**
 * The call itself is changed instead of wrapped: grpc-js answers through its own `sendStatus` what no handler sees, a
 * request that is too large or cannot be read, or a deadline.
 */
export function observeServerCall(
  call: ServerInterceptingCallInterface,
  observe: ObserveCall,
): ServerInterceptingCallInterface {
  const { start, sendStatus } = call
  let answer: number | undefined

  call.sendStatus = (status) => {
    answer ??= status.code
    sendStatus.call(call, status)
  }

  call.start = (listener) => {
    let observed: ObservedCall | undefined
    let inCall = rootContext
    start.call(call, {
      // Comes first, and only to calls that are still alive: what begins here is sure to end below.
      onReceiveMetadata(metadata) {
        observed = observe(propagation.extract(rootContext, metadata, metadataGetter))
        inCall = observed.context
        context.with(inCall, listener.onReceiveMetadata, listener, metadata)
      },
      onReceiveMessage(message) {
        context.with(inCall, listener.onReceiveMessage, listener, message)
      },
      onReceiveHalfClose() {
        context.with(inCall, listener.onReceiveHalfClose, listener)
      },
      // Comes last, once, and after every answer too, whatever its name says.
      onCancel() {
        context.with(inCall, listener.onCancel, listener)
        observed?.end(answer ?? statusOfUnanswered(call))
      },
    })
  }
  return call
}

function statusOfUnanswered(call: ServerInterceptingCallInterface): number {
  const isOverdue = Date.now() + deadlineToleranceMs >= Number(call.getDeadline())
  return isOverdue ? deadlineExceeded : cancelled
}

const metadataGetter = {
  get: (metadata: Metadata, key: string) => metadata.get(key).map(String),
  keys: (metadata: Metadata) => Object.keys(metadata.getMap()),
}
