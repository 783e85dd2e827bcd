// opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest
import { AttributeList } from '../store/attribute-list.ts'
import {
  type Batch,
  type EventRecord,
  emptyBatch,
  type LinkRecord,
  reject,
  type SpanRecord,
} from '../store/records.ts'
import { isSpanId, isTraceId, leadsToSpan, mostPerSpan } from './attribute-values.ts'
import { spanKind, statusCode } from './enums.ts'
import { type Origin, readRequest } from './protobuf-envelope.ts'
import { ProtobufReader, type StringTables } from './protobuf-reader.ts'
import { readAttribute } from './protobuf-values.ts'

export function decodeTraces(body: Buffer, tables: StringTables): Batch<SpanRecord> {
  const batch = emptyBatch<SpanRecord>()
  readRequest(new ProtobufReader(body, tables), (reader, origin) => {
    const span = readSpan(reader, origin)
    if (span) batch.records.push(span)
    else reject(batch, 'a span needs a trace id of 16 bytes and a span id of 8, neither all zero')
  })
  return batch
}

function readSpan(reader: ProtobufReader, { resource, scope }: Origin): SpanRecord | undefined {
  let traceId = ''
  let spanId = ''
  let parentSpanId = ''
  let traceState = ''
  let name = ''
  let kind = 0
  let startTimeUnixNano = 0n
  let endTimeUnixNano = 0n
  let status = { code: 0, message: '' }
  const attributes = new AttributeList()
  const events: EventRecord[] = []
  const links: LinkRecord[] = []
  const dropped = { attributes: 0, events: 0, links: 0 }

  const outer = reader.enter()
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        traceId = reader.hex()
        break
      case 2:
        spanId = reader.hex()
        break
      case 3:
        traceState = reader.string()
        break
      case 4:
        parentSpanId = reader.hex()
        break
      case 5:
        name = reader.string()
        break
      case 6:
        kind = reader.uint32()
        break
      case 7:
        startTimeUnixNano = reader.fixed64()
        break
      case 8:
        endTimeUnixNano = reader.fixed64()
        break
      case 9:
        readAttribute(reader, attributes)
        break
      case 10:
        dropped.attributes += reader.uint32()
        break
      case 11:
        if (events.length < mostPerSpan) events.push(readEvent(reader))
        else {
          reader.skip()
          dropped.events += 1
        }
        break
      case 12:
        dropped.events += reader.uint32()
        break
      case 13:
        if (links.length < mostPerSpan) {
          const link = readLink(reader)
          if (leadsToSpan(link)) links.push(link)
          else dropped.links += 1
        } else {
          reader.skip()
          dropped.links += 1
        }
        break
      case 14:
        dropped.links += reader.uint32()
        break
      case 15:
        status = readStatus(reader)
        break
      default:
        reader.skip()
    }
  }
  reader.leave(outer)

  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined
  return {
    traceId,
    spanId,
    parentSpanId: isSpanId(parentSpanId) ? parentSpanId : null,
    name,
    kind: spanKind(kind),
    startTimeUnixNano,
    endTimeUnixNano,
    statusCode: statusCode(status.code),
    statusMessage: status.message,
    traceState,
    attributes,
    events,
    links,
    dropped: dropped.attributes + dropped.events + dropped.links > 0 ? dropped : null,
    scope,
    resource,
    revision: 0,
  }
}

function readEvent(reader: ProtobufReader): EventRecord {
  let timeUnixNano = 0n
  let name = ''
  const attributes = new AttributeList()
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) timeUnixNano = reader.fixed64()
    else if (reader.field === 2) name = reader.string()
    else if (reader.field === 3) readAttribute(reader, attributes)
    else reader.skip()
  }
  reader.leave(outer)
  return { name, timeUnixNano, attributes }
}

function readLink(reader: ProtobufReader): LinkRecord {
  let traceId = ''
  let spanId = ''
  const attributes = new AttributeList()
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) traceId = reader.hex()
    else if (reader.field === 2) spanId = reader.hex()
    else if (reader.field === 4) readAttribute(reader, attributes)
    else reader.skip()
  }
  reader.leave(outer)
  return { traceId, spanId, attributes }
}

function readStatus(reader: ProtobufReader): { code: number; message: string } {
  let code = 0
  let message = ''
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 2) message = reader.string()
    else if (reader.field === 3) code = reader.uint32()
    else reader.skip()
  }
  reader.leave(outer)
  return { code, message }
}
