// A value as OTLP carries it, with the type by which the registry calls it.
import type { AnyValue, KeyValue } from '@throughline/trace-testing/receiver'
import type { ValueType } from '../registry.ts'

export interface TypedValue {
  readonly type:
    | ValueType
    | 'map'
    | 'bytes'
    | 'nothing'
    | 'list of nothing'
    | 'list of several types'
  readonly value: unknown
}

export function readAttributes(attributes: readonly KeyValue[] = []): Map<string, TypedValue> {
  return new Map(attributes.map(({ key, value }) => [key, readValue(value)]))
}

export function readValue(value: AnyValue = {}): TypedValue {
  if (value.stringValue !== undefined) return { type: 'string', value: value.stringValue }
  if (value.boolValue !== undefined) return { type: 'boolean', value: value.boolValue }
  if (value.intValue !== undefined) return { type: 'int', value: Number(value.intValue) }
  if (value.doubleValue !== undefined) return { type: 'double', value: Number(value.doubleValue) }
  if (value.arrayValue !== undefined) return readList(value.arrayValue.values ?? [])
  if (value.kvlistValue !== undefined) return { type: 'map', value: value.kvlistValue }
  if (value.bytesValue !== undefined) return { type: 'bytes', value: value.bytesValue }
  return { type: 'nothing', value: undefined }
}

/** A whole number is a double, too: JavaScript does not tell them apart, and its SDK sends it as an int. */
export function fits({ type }: TypedValue, declared: ValueType): boolean {
  if (type === declared || declared === 'any') return true
  if (type === 'list of nothing') return declared.endsWith('[]')
  return (declared === 'double' && type === 'int') || (declared === 'double[]' && type === 'int[]')
}

function readList(values: readonly AnyValue[]): TypedValue {
  const items = values.map(readValue)
  const value = items.map((item) => item.value)
  const types = new Set(items.map(({ type }) => type))
  if (types.size === 0) return { type: 'list of nothing', value }
  if (types.has('int') && types.has('double')) types.delete('int')
  const [type] = types
  const isPlain = type === 'string' || type === 'int' || type === 'double' || type === 'boolean'
  return { type: types.size === 1 && isPlain ? `${type}[]` : 'list of several types', value }
}
