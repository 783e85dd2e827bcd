// A gRPC call as its client sees it: from its start until its status is known, retries of the channel included.
import type { Channel, Metadata } from '@grpc/grpc-js'
import { context, propagation } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import type { ObserveCall } from './grpc-call.ts'
import { contextFields } from './trace-context/context-fields.ts'

/** The one kind of call below all stubs, interceptors and streams; grpc-js does not export its type. */
type ClientCall = ReturnType<Channel['createCall']>

/** grpc-js tells the listener exactly one status: the server's, or its own (deadline, cancelled, no connection). */
export function observeClientCall(
  call: ClientCall,
  observe: ObserveCall,
  isInside: boolean,
): ClientCall {
  const { start } = call
  call.start = (metadata, listener) => {
    const caller = context.active()
    // Telemetry that is sent by gRPC is not telemetry's business.
    if (isTracingSuppressed(caller)) return start.call(call, metadata, listener)

    const observed = observe(caller)
    // A copy: the app may use its own for many calls.
    const sent = metadata.clone()
    if (isInside) propagation.inject(observed.context, sent, metadataSetter)
    else for (const name of contextFields()) sent.remove(name)
    // A connection answers in the context of whoever opened it, which is seldom that of this call.
    start.call(call, sent, {
      onReceiveMetadata(received) {
        context.with(caller, listener.onReceiveMetadata, listener, received)
      },
      onReceiveMessage(message) {
        context.with(caller, listener.onReceiveMessage, listener, message)
      },
      onReceiveStatus(status) {
        observed.end(status.code)
        context.with(caller, listener.onReceiveStatus, listener, status)
      },
    })
  }
  return call
}

const metadataSetter = {
  set: (metadata: Metadata, key: string, value: string) => metadata.set(key, value),
}
