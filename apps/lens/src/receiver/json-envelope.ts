// The three levels around every record in OTLP/JSON; only their field names differ between spans and logs.
import { resourceOf } from '../store/records.ts'
import { asObject, type JsonObject, listField, objectField, parseJson } from './json-fields.ts'
import { readAttributes, readScope } from './json-values.ts'
import type { Origin } from './protobuf-envelope.ts'

export interface FieldNames {
  readonly resources: string
  readonly scopes: string
  readonly records: string
}

export function readRequest(
  body: Buffer,
  names: FieldNames,
  readRecord: (record: JsonObject, origin: Origin) => void,
): void {
  for (const item of listField(parseJson(body), names.resources)) {
    const byResource = asObject(item, names.resources)
    const resource = resourceOf(readAttributes(objectField(byResource, 'resource'), 'attributes'))
    for (const inner of listField(byResource, names.scopes)) {
      const byScope = asObject(inner, names.scopes)
      const origin: Origin = { resource, scope: readScope(byScope) }
      for (const record of listField(byScope, names.records)) {
        readRecord(asObject(record, names.records), origin)
      }
    }
  }
}
