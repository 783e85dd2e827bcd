// An OTLP request: records by the scope that made them, scopes by resource.
import type { InstrumentationScope } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import { wire, writeAttributes } from './attributes.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

export interface ScopedRecord {
  readonly resource: Resource
  readonly instrumentationScope: InstrumentationScope
}

export type WriteRecord<T> = (writer: ProtobufWriter, record: T) => void

const writer = new ProtobufWriter()

export function encodeRequest<T extends ScopedRecord>(
  records: readonly T[],
  writeRecord: WriteRecord<T>,
): Buffer {
  // After a record that had no encoding, half a request is in there.
  writer.reset()
  for (const [resource, its] of Map.groupBy(records, (record) => record.resource)) {
    inMessage(1, () => {
      inMessage(1, () => writeAttributes(writer, 1, resource.attributes))
      for (const [scope, ofScope] of Map.groupBy(its, (record) => record.instrumentationScope)) {
        inMessage(2, () => writeScope(scope, ofScope, writeRecord))
      }
      writeSchema(resource.schemaUrl)
    })
  }
  return writer.take()
}

function writeScope<T>(
  scope: InstrumentationScope,
  records: readonly T[],
  writeRecord: WriteRecord<T>,
): void {
  inMessage(1, () => {
    writer.tag(1, wire.bytes)
    writer.text(scope.name)
    if (scope.version) {
      writer.tag(2, wire.bytes)
      writer.text(scope.version)
    }
  })
  for (const record of records) inMessage(2, () => writeRecord(writer, record))
  writeSchema(scope.schemaUrl)
}

function writeSchema(url: string | undefined): void {
  if (!url) return
  writer.tag(3, wire.bytes)
  writer.text(url)
}

function inMessage(field: number, write: () => void): void {
  writer.tag(field, wire.bytes)
  const start = writer.begin(false)
  write()
  writer.end(start, false)
}
