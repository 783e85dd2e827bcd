// Rules for attribute values that hold for protobuf and JSON alike.
import type { LinkRecord } from '../store/records.ts'

/** Sender's limits are usually 128; what lies beyond this one is counted as dropped. */
export const mostPerSpan = 1_024

export function integerValue(value: bigint): string | number {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** JSON has no NaN and no infinity. */
export function doubleValue(value: number): string | number {
  return Number.isFinite(value) ? value : String(value)
}

const traceIdPattern = /^(?!0{32})[0-9a-f]{32}$/
const spanIdPattern = /^(?!0{16})[0-9a-f]{16}$/

export const isTraceId = (id: string): boolean => traceIdPattern.test(id)
export const isSpanId = (id: string): boolean => spanIdPattern.test(id)

/** A link without proper ids leads nowhere, and nothing bounds the length of what is no id. */
export const leadsToSpan = ({ traceId, spanId }: LinkRecord): boolean =>
  isTraceId(traceId) && isSpanId(spanId)
