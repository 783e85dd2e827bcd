// How much may wait: rate × time, in items. The time is the outage to survive and what may pass until its end is
// noticed, which is one request that hangs and then the longest pause.
//
//   500 items/s × (30 s + 10 s + 6 s) = 23,000 items
//
// A service that writes more, or must survive longer, sets OTEL_BSP_MAX_QUEUE_SIZE and OTEL_BLRP_MAX_QUEUE_SIZE to
// its own product.
export const itemsPerSecond = 500
export const outageSeconds = 30
const requestSeconds = 10

/** Pauses between attempts start here, double, and end there; each is stretched or cut by a fifth. */
export const firstPauseMs = 500
export const longestPauseMs = 5_000
export const pauseJitter = 0.2

const secondsToNotice = requestSeconds + (longestPauseMs * (1 + pauseJitter)) / 1_000

export const defaultCapacity = itemsPerSecond * (outageSeconds + secondsToNotice)

/** Items differ in size and memory must not: an encoded span is a few hundred bytes, and there is room for this each. */
export const bytesPerItem = 2_048
