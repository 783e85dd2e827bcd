// Rules for attribute values that hold for protobuf and JSON alike.
import type { Attributes, AttributeValue } from '../api/trace-json.ts'

export type MutableAttributes = { [key: string]: AttributeValue }

/** Sender's limits are usually 128; what lies beyond this one is counted as dropped. */
export const mostPerSpan = 1_024

/** A plain assignment to `__proto__` would change the object instead of adding a key. */
export function setAttribute(target: MutableAttributes, key: string, value: AttributeValue): void {
  if (key !== '__proto__') {
    target[key] = value
    return
  }
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

export function integerValue(value: bigint): AttributeValue {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** JSON has no NaN and no infinity. */
export function doubleValue(value: number): AttributeValue {
  return Number.isFinite(value) ? value : String(value)
}

const traceIdPattern = /^(?!0{32})[0-9a-f]{32}$/
const spanIdPattern = /^(?!0{16})[0-9a-f]{16}$/

export const isTraceId = (id: string): boolean => traceIdPattern.test(id)
export const isSpanId = (id: string): boolean => spanIdPattern.test(id)

export const noAttributes: Attributes = Object.freeze({})
