// opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest
import { AttributeList, type StoredValue } from '../store/attribute-list.ts'
import { type Batch, emptyBatch, type LogRecord } from '../store/records.ts'
import { isSpanId, isTraceId } from './attribute-values.ts'
import { severityName } from './enums.ts'
import { type Origin, readRequest } from './protobuf-envelope.ts'
import { ProtobufReader, type StringTables } from './protobuf-reader.ts'
import { readAttribute, readValue } from './protobuf-values.ts'

export function decodeLogs(body: Buffer, tables: StringTables): Batch<LogRecord> {
  const batch = emptyBatch<LogRecord>()
  readRequest(new ProtobufReader(body, tables), (reader, origin) => {
    batch.records.push(readLog(reader, origin))
  })
  return batch
}

function readLog(reader: ProtobufReader, { resource, scope }: Origin): LogRecord {
  let timeUnixNano = 0n
  let observedTimeUnixNano = 0n
  let severityNumber = 0
  let severity = ''
  let body: StoredValue = null
  let traceId = ''
  let spanId = ''
  let eventName = ''
  const attributes = new AttributeList()

  const outer = reader.enter()
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        timeUnixNano = reader.fixed64()
        break
      case 2:
        severityNumber = reader.uint32()
        break
      case 3:
        severity = reader.string()
        break
      case 5:
        body = readValue(reader)
        break
      case 6:
        readAttribute(reader, attributes)
        break
      case 9:
        traceId = reader.hex()
        break
      case 10:
        spanId = reader.hex()
        break
      case 11:
        observedTimeUnixNano = reader.fixed64()
        break
      case 12:
        eventName = reader.string()
        break
      default:
        reader.skip()
    }
  }
  reader.leave(outer)

  const belongs = isTraceId(traceId)
  return {
    traceId: belongs ? traceId : null,
    spanId: belongs && isSpanId(spanId) ? spanId : null,
    timeUnixNano: timeUnixNano || observedTimeUnixNano,
    severity: severity || severityName(severityNumber),
    severityNumber: Math.min(severityNumber, 24),
    body,
    eventName,
    attributes,
    scope,
    resource,
    revision: 0,
  }
}
