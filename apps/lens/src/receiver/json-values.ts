// AnyValue, KeyValue, Resource and Scope in OTLP/JSON.
import { AttributeList, type StoredValue } from '../store/attribute-list.ts'
import type { ScopeRecord } from '../store/records.ts'
import { doubleValue, integerValue } from './attribute-values.ts'
import { DecodeError } from './decode-error.ts'
import {
  asObject,
  integer,
  type JsonObject,
  listField,
  objectField,
  textField,
} from './json-fields.ts'

const deepestNesting = 20

export function readAttributes(parent: JsonObject, field: string, depth = 0): AttributeList {
  const attributes = new AttributeList()
  for (const item of listField(parent, field)) {
    const pair = asObject(item, field)
    attributes.add(textField(pair, 'key'), readValue(pair.value, depth))
  }
  return attributes
}

export function readValue(value: unknown, depth = 0): StoredValue {
  if (value === undefined || value === null) return null
  if (depth > deepestNesting) throw new DecodeError('values are nested too deeply')
  const any = asObject(value, 'value')
  if (isSet(any.stringValue)) return textField(any, 'stringValue')
  if (isSet(any.boolValue)) return any.boolValue === true
  if (isSet(any.intValue)) return readInteger(any.intValue)
  if (isSet(any.doubleValue)) return readDouble(any.doubleValue)
  if (isSet(any.bytesValue)) return textField(any, 'bytesValue')
  if (isSet(any.arrayValue)) {
    const list = listField(objectField(any, 'arrayValue'), 'values')
    return list.map((item) => readValue(item, depth + 1))
  }
  if (isSet(any.kvlistValue)) {
    return readAttributes(objectField(any, 'kvlistValue'), 'values', depth + 1)
  }
  return null
}

/** The JavaScript SDK writes null for a number that JSON cannot hold. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** The JavaScript SDK calls every number without a fraction an integer, however large. */
function readInteger(value: unknown): StoredValue {
  if (typeof value === 'number' && Math.abs(value) >= 2 ** 63) return value
  return integerValue(integer(value, 'intValue'))
}

/** Protobuf's JSON writes what JSON cannot hold as words. */
function readDouble(value: unknown): StoredValue {
  if (typeof value === 'number') return doubleValue(value)
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value
  throw new DecodeError('doubleValue is not a number')
}

export function readScope(parent: JsonObject): ScopeRecord {
  const scope = objectField(parent, 'scope')
  return { name: textField(scope, 'name'), version: textField(scope, 'version') }
}
