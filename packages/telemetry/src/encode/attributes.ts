// Attributes and log bodies in OTLP. Keys are few and come again: each is encoded once.
import type { ProtobufWriter } from './protobuf-writer.ts'

export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** Room for the tags and lengths around a short value. */
const frameBytes = 12
const longestShort = 127
const bytesPerUnit = 3
/** Whoever makes keys out of data must not fill the memory with them. */
const mostKeys = 2_000

const keys = new Map<string, Buffer>()

export function writeAttributes(
  writer: ProtobufWriter,
  field: number,
  attributes: Readonly<Record<string, unknown>> | undefined,
): void {
  for (const key in attributes) {
    const value = attributes[key]
    const keyBytes = encodedKey(key)
    const isShort = keyBytes.length + shortBytes(value) + frameBytes <= longestShort
    writer.tag(field, wire.bytes)
    const start = writer.begin(isShort)
    writer.raw(keyBytes)
    writer.tag(2, wire.bytes)
    writeValue(writer, value, isShort)
    writer.end(start, isShort)
  }
}

/** An AnyValue with its length. */
export function writeValue(
  writer: ProtobufWriter,
  value: unknown,
  isShort = shortBytes(value) + frameBytes <= longestShort,
): void {
  const start = writer.begin(isShort)
  if (typeof value === 'string') {
    writer.tag(1, wire.bytes)
    writer.text(value)
  } else if (typeof value === 'number') {
    writeNumber(writer, value)
  } else if (typeof value === 'boolean') {
    writer.tag(2, wire.varint)
    writer.varint(value ? 1 : 0)
  } else if (value instanceof Uint8Array) {
    writer.tag(7, wire.bytes)
    writer.varint(value.length)
    writer.raw(value)
  } else if (Array.isArray(value)) {
    writer.tag(5, wire.bytes)
    writeArray(writer, value)
  } else if (typeof value === 'object' && value !== null) {
    writer.tag(6, wire.bytes)
    const list = writer.begin(false)
    writeAttributes(writer, 1, value as Record<string, unknown>)
    writer.end(list, false)
  }
  writer.end(start, isShort)
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) {
    writer.tag(3, wire.varint)
    writer.int64(value)
  } else {
    writer.tag(4, wire.fixed64)
    writer.double(value)
  }
}

function writeArray(writer: ProtobufWriter, values: readonly unknown[]): void {
  const start = writer.begin(false)
  for (const value of values) {
    writer.tag(1, wire.bytes)
    writeValue(writer, value)
  }
  writer.end(start, false)
}

/** No less than it takes; of what can be long, nothing short. */
function shortBytes(value: unknown): number {
  if (typeof value === 'string') return value.length * bytesPerUnit
  return typeof value === 'object' && value !== null ? longestShort : 10
}

/** The field `key` of a KeyValue. */
function encodedKey(key: string): Buffer {
  const known = keys.get(key)
  if (known) return known
  const text = Buffer.from(key)
  const length: number[] = []
  for (let left = text.length; ; left >>>= 7) {
    if (left <= 0x7f) {
      length.push(left)
      break
    }
    length.push((left & 0x7f) | 0x80)
  }
  const encoded = Buffer.concat([Buffer.from([0x0a, ...length]), text])
  if (keys.size < mostKeys) keys.set(key, encoded)
  return encoded
}
