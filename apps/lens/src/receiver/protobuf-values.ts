// opentelemetry.proto.common.v1 and resource.v1: attributes, scopes, resources.
import { AttributeList, type StoredValue } from '../store/attribute-list.ts'
import type { ResourceRecord, ScopeRecord } from '../store/records.ts'
import { resourceOf } from '../store/records.ts'
import { doubleValue, integerValue } from './attribute-values.ts'
import type { ProtobufReader } from './protobuf-reader.ts'

/** Reads one `KeyValue` into `target`. */
export function readAttribute(reader: ProtobufReader, target: AttributeList): void {
  let key = ''
  let value: StoredValue = null
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) key = reader.string()
    else if (reader.field === 2) value = readValue(reader)
    else reader.skip()
  }
  reader.leave(outer)
  target.add(key, value)
}

/** Reads one `AnyValue`. */
export function readValue(reader: ProtobufReader): StoredValue {
  let value: StoredValue = null
  const outer = reader.enter()
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        value = reader.string()
        break
      case 2:
        value = reader.bool()
        break
      case 3:
        value = integerValue(reader.int64())
        break
      case 4:
        value = doubleValue(reader.double())
        break
      case 5:
        value = readList(reader)
        break
      case 6:
        value = readMap(reader)
        break
      case 7:
        value = reader.base64()
        break
      default:
        reader.skip()
    }
  }
  reader.leave(outer)
  return value
}

function readList(reader: ProtobufReader): StoredValue[] {
  const values: StoredValue[] = []
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) values.push(readValue(reader))
    else reader.skip()
  }
  reader.leave(outer)
  return values
}

function readMap(reader: ProtobufReader): AttributeList {
  const values = new AttributeList()
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) readAttribute(reader, values)
    else reader.skip()
  }
  reader.leave(outer)
  return values
}

export function readResource(reader: ProtobufReader): ResourceRecord {
  return resourceOf(readMap(reader))
}

export function readScope(reader: ProtobufReader): ScopeRecord {
  let name = ''
  let version = ''
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) name = reader.string()
    else if (reader.field === 2) version = reader.string()
    else reader.skip()
  }
  reader.leave(outer)
  return { name, version }
}
