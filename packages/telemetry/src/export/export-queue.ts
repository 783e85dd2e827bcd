// Keeps what has been recorded until the receiver has taken it: bounded, in order. The SDK's own batch processors
// forget a batch whose export failed, and count it nowhere.
//
// A full batch is encoded at once and waits as bytes, a few hundred for a span: far less than its objects hold, and
// nothing that the garbage collector has to walk.
import type { Resource } from '@opentelemetry/resources'
import { createDelivery } from './delivery.ts'
import type { Ledger } from './ledger.ts'
import type { Send } from './outcome.ts'
import { bytesPerItem } from './queue-size.ts'

export interface ExportQueueSettings<T> {
  readonly encode: (items: T[]) => Uint8Array
  readonly send: Send
  readonly ledger: Ledger
  /** All that may wait, the batch in flight included. */
  readonly capacity: number
  readonly batchSize: number
  readonly delayMs: number
}

export interface ExportQueue<T> {
  readonly capacity: number
  readonly size: number
  /** Costs a push; what does not fit is counted and forgotten. */
  offer(item: T): void
  /** Until everything is settled, or for ten seconds. */
  flush(): Promise<void>
  /** Takes nothing more, and forgets what the receiver has not taken in time. */
  shutdown(): Promise<void>
  /** The process ends at once: tells what it takes with it. */
  forsake(): void
}

const flushTimeoutMs = 10_000
/** What `shutdownTelemetry` has, less a second for the last metrics, which tell what is lost here. */
const shutdownTimeoutMs = 2_000

export function createExportQueue<T extends { readonly resource: Resource }>({
  encode,
  send,
  ledger,
  capacity,
  batchSize,
  delayMs,
}: ExportQueueSettings<T>): ExportQueue<T> {
  const mostBytes = capacity * bytesPerItem
  let open: T[] = []
  let size = 0
  let byteCount = 0
  let delay: NodeJS.Timeout | undefined
  let resourceReady: Promise<void> | undefined
  let closed: Promise<void> | undefined

  const delivery = createDelivery({
    send,
    ledger,
    onSettled({ data, count }) {
      size -= count
      byteCount -= data.length
    },
    onIdle: startDelay,
  })

  function startDelay(): void {
    if (open.length > 0) delay ??= setTimeout(seal, delayMs).unref()
  }

  function seal(): void {
    clearTimeout(delay)
    delay = undefined
    const resource = open[0]?.resource
    // In its first moments a process still finds out what it is, and nothing can be encoded without.
    if (resource?.asyncAttributesPending) {
      resourceReady ??= resource.waitForAsyncAttributes?.().then(seal)
      return
    }
    const items = open
    open = []
    for (let from = 0; from < items.length; from += batchSize) {
      sealBatch(items.slice(from, from + batchSize))
    }
  }

  function sealBatch(items: T[]): void {
    const count = items.length
    const data = tryToEncode(items)
    // One that is larger than all the room goes alone: it would never fit.
    if (data && (byteCount === 0 || byteCount + data.length <= mostBytes)) {
      byteCount += data.length
      delivery.push({ data, count })
    } else if (data) {
      drop(count, 'queue_full')
    } else if (count === 1) {
      drop(1, 'encoding')
    } else {
      // One that has no encoding takes nobody along.
      const middle = Math.ceil(count / 2)
      sealBatch(items.slice(0, middle))
      sealBatch(items.slice(middle))
    }
  }

  function tryToEncode(items: T[]): Uint8Array | undefined {
    try {
      return encode(items)
    } catch {
      // Whoever ends a span must not pay for what it holds.
      return undefined
    }
  }

  function drop(count: number, errorType: string): void {
    size -= count
    ledger.dropped(count, errorType)
  }

  async function drain(timeoutMs: number): Promise<void> {
    const timeout = Promise.withResolvers<void>()
    const timer = setTimeout(timeout.resolve, timeoutMs)
    seal()
    await Promise.race([resourceReady?.then(delivery.drain) ?? delivery.drain(), timeout.promise])
    clearTimeout(timer)
  }

  async function close(): Promise<void> {
    delivery.hurry()
    await drain(shutdownTimeoutMs)
    await delivery.abandon()
    if (open.length > 0) drop(open.length, 'shutdown')
    ledger.close()
  }

  return {
    capacity,
    get size() {
      return size
    },
    offer(item) {
      if (closed) return ledger.dropped(1, 'already_shutdown')
      if (size >= capacity) return ledger.dropped(1, 'queue_full')
      size += 1
      open.push(item)
      if (open.length >= batchSize) seal()
      // While a request is under way the batch fills up: many small ones would take long to send after an outage.
      else if (delivery.isIdle) startDelay()
    },
    flush: () => closed ?? drain(flushTimeoutMs),
    shutdown() {
      closed ??= close()
      return closed
    },
    forsake() {
      if (size > 0) drop(size, 'exit')
      ledger.close()
    },
  }
}
