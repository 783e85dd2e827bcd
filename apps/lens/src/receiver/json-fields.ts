// Reads fields out of parsed OTLP/JSON. An absent or null field has its default; a field of the wrong type is a
// DecodeError that names it; fields nobody asks for are ignored, as the specification demands.
import { DecodeError } from './decode-error.ts'

export type JsonObject = { readonly [field: string]: unknown }

export function parseJson(body: Buffer): JsonObject {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new DecodeError('the body is not JSON', { cause })
  }
  return asObject(parsed, 'the body')
}

export function asObject(value: unknown, name: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject
  }
  throw new DecodeError(`${name} is not an object`)
}

export function objectField(parent: JsonObject, field: string): JsonObject {
  return asObject(parent[field] ?? {}, field)
}

export function listField(parent: JsonObject, field: string): readonly unknown[] {
  const value = parent[field] ?? []
  if (Array.isArray(value)) return value
  throw new DecodeError(`${field} is not a list`)
}

export function textField(parent: JsonObject, field: string): string {
  const value = parent[field] ?? ''
  if (typeof value === 'string') return value
  throw new DecodeError(`${field} is not a string`)
}

export function idField(parent: JsonObject, field: string): string {
  return textField(parent, field).toLowerCase()
}

export function numberField(parent: JsonObject, field: string): number {
  const value = parent[field] ?? 0
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new DecodeError(`${field} is not a whole number`)
}

/** 64-bit times come as decimal strings; numbers are accepted, as far as a number can be exact. */
export function timeField(parent: JsonObject, field: string): bigint {
  const value = integer(parent[field] ?? 0, field)
  if (value >= 0n) return value
  throw new DecodeError(`${field} is negative`)
}

const decimal = /^-?\d{1,20}$/

/** Anything that fits 64 bits, signed or not. */
export function integer(value: unknown, name: string): bigint {
  const isWhole = typeof value === 'number' && Number.isInteger(value)
  if (isWhole || (typeof value === 'string' && decimal.test(value))) {
    const whole = BigInt(value as number | string)
    if (whole >= -(2n ** 63n) && whole < 2n ** 64n) return whole
  }
  throw new DecodeError(`${name} is not a 64-bit integer`)
}
