// Metrics are not kept, but the answer has to say how many data points that concerns.
import { asObject, type JsonObject, listField, objectField, parseJson } from './json-fields.ts'
import { ProtobufReader, type StringTables } from './protobuf-reader.ts'

/** Where a data point is: request > resource > scope > metric > gauge, sum, … > point. */
const path: readonly (readonly number[])[] = [[1], [2], [2], [5, 7, 9, 10, 11], [1]]
const dataNames = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']

export function countDataPoints(body: Buffer, tables: StringTables): number {
  return countBelow(new ProtobufReader(body, tables), 0)
}

function countBelow(reader: ProtobufReader, level: number): number {
  let count = level === path.length ? 1 : 0
  while (reader.next()) {
    if (!path[level]?.includes(reader.field)) {
      reader.skip()
      continue
    }
    const outer = reader.enter()
    count += countBelow(reader, level + 1)
    reader.leave(outer)
  }
  return count
}

export function countJsonDataPoints(body: Buffer): number {
  let count = 0
  for (const byResource of objects(parseJson(body), 'resourceMetrics')) {
    for (const byScope of objects(byResource, 'scopeMetrics')) {
      for (const metric of objects(byScope, 'metrics')) {
        for (const name of dataNames) {
          count += listField(objectField(metric, name), 'dataPoints').length
        }
      }
    }
  }
  return count
}

function* objects(parent: JsonObject, field: string): Generator<JsonObject> {
  for (const item of listField(parent, field)) yield asObject(item, field)
}
