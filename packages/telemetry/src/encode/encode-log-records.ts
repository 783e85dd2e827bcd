// Log records as an OTLP request in protobuf.
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { wire, writeAttributes, writeValue } from './attributes.ts'
import { writeCount, writeTime } from './encode-spans.ts'
import type { ProtobufWriter } from './protobuf-writer.ts'
import { encodeRequest } from './request.ts'

export function encodeLogRecords(records: readonly ReadableLogRecord[]): Buffer {
  return encodeRequest(records, writeLogRecord)
}

function writeLogRecord(writer: ProtobufWriter, record: ReadableLogRecord): void {
  const { severityText, body, spanContext, eventName } = record
  writeTime(writer, 1, record.hrTime)
  writeCount(writer, 2, record.severityNumber)
  if (severityText) {
    writer.tag(3, wire.bytes)
    writer.text(severityText)
  }
  if (body !== undefined) {
    writer.tag(5, wire.bytes)
    writeValue(writer, body)
  }
  writeAttributes(writer, 6, record.attributes)
  writeCount(writer, 7, record.droppedAttributesCount)
  if (spanContext) {
    writer.tag(8, wire.fixed32)
    writer.fixed32(spanContext.traceFlags)
    writer.tag(9, wire.bytes)
    writer.hex(spanContext.traceId)
    writer.tag(10, wire.bytes)
    writer.hex(spanContext.spanId)
  }
  writeTime(writer, 11, record.hrTimeObserved)
  if (eventName) {
    writer.tag(12, wire.bytes)
    writer.text(eventName)
  }
}
