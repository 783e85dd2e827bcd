// ExportLogsServiceRequest in JSON.
import { type Batch, emptyBatch, type LogRecord } from '../store/records.ts'
import { isSpanId, isTraceId } from './attribute-values.ts'
import { severityName } from './enums.ts'
import { readRequest } from './json-envelope.ts'
import { idField, type JsonObject, numberField, textField, timeField } from './json-fields.ts'
import { readAttributes, readValue } from './json-values.ts'
import type { Origin } from './protobuf-envelope.ts'

const names = { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' }

export function decodeJsonLogs(body: Buffer): Batch<LogRecord> {
  const batch = emptyBatch<LogRecord>()
  readRequest(body, names, (record, origin) => {
    batch.records.push(readLog(record, origin))
  })
  return batch
}

function readLog(log: JsonObject, { resource, scope }: Origin): LogRecord {
  const traceId = idField(log, 'traceId')
  const spanId = idField(log, 'spanId')
  const belongs = isTraceId(traceId)
  const severityNumber = Math.min(numberField(log, 'severityNumber'), 24)
  return {
    traceId: belongs ? traceId : null,
    spanId: belongs && isSpanId(spanId) ? spanId : null,
    timeUnixNano: timeField(log, 'timeUnixNano') || timeField(log, 'observedTimeUnixNano'),
    severity: textField(log, 'severityText') || severityName(severityNumber),
    severityNumber,
    body: readValue(log.body),
    eventName: textField(log, 'eventName'),
    attributes: readAttributes(log, 'attributes'),
    scope,
    resource,
    revision: 0,
  }
}
