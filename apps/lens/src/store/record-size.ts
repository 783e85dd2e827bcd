// About how much memory a record holds. The constants were fitted to measured heap growth (bench/ingest.ts).
import type { Attributes, AttributeValue } from '../api/trace-json.ts'
import type { LogRecord, SpanRecord } from './records.ts'

const spanBytes = 420
const logBytes = 300
const eventBytes = 120
const linkBytes = 160
const pairBytes = 24
const objectBytes = 56
const stringBytes = 24

export function spanSize(span: SpanRecord): number {
  let bytes = spanBytes + span.name.length + span.statusMessage.length + span.traceState.length
  bytes += objectSize(span.attributes)
  for (const event of span.events) {
    bytes += eventBytes + event.name.length + objectSize(event.attributes)
  }
  for (const link of span.links) bytes += linkBytes + objectSize(link.attributes)
  return bytes
}

export function logSize(log: LogRecord): number {
  return logBytes + valueSize(log.body) + log.eventName.length + objectSize(log.attributes)
}

function objectSize(attributes: Attributes): number {
  let bytes = objectBytes
  for (const key in attributes) bytes += pairBytes + valueSize(attributes[key] ?? null)
  return bytes
}

function valueSize(value: AttributeValue): number {
  if (typeof value === 'string') return stringBytes + value.length
  if (typeof value !== 'object' || value === null) return 0
  if (!Array.isArray(value)) return objectSize(value as Attributes)
  let bytes = stringBytes
  for (const item of value) bytes += 8 + valueSize(item)
  return bytes
}
