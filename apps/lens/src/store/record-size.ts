// About how much memory a record holds. The constants were fitted to measured heap growth (bench/ingest.ts).
import { AttributeList, type StoredValue } from './attribute-list.ts'
import type { LogRecord, SpanRecord } from './records.ts'

const spanBytes = 300
const logBytes = 300
const eventBytes = 120
const linkBytes = 160
const pairBytes = 24
const listBytes = 56
const stringBytes = 16

export function spanSize(span: SpanRecord): number {
  let bytes = spanBytes + span.name.length + span.statusMessage.length + span.traceState.length
  bytes += listSize(span.attributes)
  for (const event of span.events) {
    bytes += eventBytes + event.name.length + listSize(event.attributes)
  }
  for (const link of span.links) bytes += linkBytes + listSize(link.attributes)
  return bytes
}

export function logSize(log: LogRecord): number {
  return logBytes + valueSize(log.body) + log.eventName.length + listSize(log.attributes)
}

function listSize(attributes: AttributeList): number {
  let bytes = listBytes + attributes.size * pairBytes
  for (const value of attributes.values()) bytes += valueSize(value)
  return bytes
}

function valueSize(value: StoredValue): number {
  if (typeof value === 'string') return stringBytes + value.length
  if (typeof value !== 'object' || value === null) return 0
  if (value instanceof AttributeList) return listSize(value)
  return value.reduce((bytes: number, item) => bytes + 8 + valueSize(item), stringBytes)
}
