// The three levels around every OTLP record: request > resource > scope > record. Spans and logs number them alike.
import { noResource, type ResourceRecord, type ScopeRecord } from '../store/records.ts'
import type { ProtobufReader } from './protobuf-reader.ts'
import { readResource, readScope } from './protobuf-values.ts'

export interface Origin {
  readonly resource: ResourceRecord
  readonly scope: ScopeRecord
}

export type ReadRecord = (reader: ProtobufReader, origin: Origin) => void

export function readRequest(reader: ProtobufReader, readRecord: ReadRecord): void {
  while (reader.next()) {
    if (reader.field === 1) readResourceRecords(reader, readRecord)
    else reader.skip()
  }
}

function readResourceRecords(reader: ProtobufReader, readRecord: ReadRecord): void {
  // Fields may come in any order: records keep this object, a resource that comes later fills it.
  const resource = noResource()
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) Object.assign(resource, readResource(reader))
    else if (reader.field === 2) readScopeRecords(reader, resource, readRecord)
    else reader.skip()
  }
  reader.leave(outer)
}

function readScopeRecords(
  reader: ProtobufReader,
  resource: ResourceRecord,
  readRecord: ReadRecord,
): void {
  const origin: Origin = { resource, scope: { name: '', version: '' } }
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) Object.assign(origin.scope, readScope(reader))
    else if (reader.field === 2) readRecord(reader, origin)
    else reader.skip()
  }
  reader.leave(outer)
}
