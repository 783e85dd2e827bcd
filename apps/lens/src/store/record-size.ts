// About how much memory a record holds. The constants were fitted to measured heap growth (bench/ingest.ts).
// Every text that a sender chooses counts, even a key or a scope that many records may share: what does not count
// can fill the memory.
import { AttributeList, type StoredValue } from './attribute-list.ts'
import type { LogRecord, ResourceRecord, ScopeRecord, SpanRecord } from './records.ts'

const spanBytes = 300
const logBytes = 300
const resourceBytes = 100
const eventBytes = 120
const linkBytes = 160
const pairBytes = 24
const listBytes = 56
const stringBytes = 16

export function spanSize(span: SpanRecord): number {
  let bytes = spanBytes + span.name.length + span.statusMessage.length + span.traceState.length
  bytes += scopeSize(span.scope) + listSize(span.attributes)
  for (const event of span.events) {
    bytes += eventBytes + event.name.length + listSize(event.attributes)
  }
  for (const link of span.links) bytes += linkBytes + listSize(link.attributes)
  return bytes
}

export function logSize(log: LogRecord): number {
  const bytes = logBytes + log.severity.length + log.eventName.length + scopeSize(log.scope)
  return bytes + valueSize(log.body) + listSize(log.attributes)
}

/** Thousands of records may share one, so each is measured once. */
const resourceSizes = new WeakMap<ResourceRecord, number>()

export function resourceSize(resource: ResourceRecord): number {
  return resourceSizes.getOrInsertComputed(
    resource,
    ({ attributes }) => resourceBytes + listSize(attributes),
  )
}

function scopeSize({ name, version }: ScopeRecord): number {
  return name.length + version.length
}

function listSize(attributes: AttributeList): number {
  let bytes = listBytes + attributes.size * pairBytes + attributes.keyLength
  for (const value of attributes.values()) bytes += valueSize(value)
  return bytes
}

function valueSize(value: StoredValue): number {
  if (typeof value === 'string') return stringBytes + value.length
  if (typeof value !== 'object' || value === null) return 0
  if (value instanceof AttributeList) return listSize(value)
  return value.reduce((bytes: number, item) => bytes + 8 + valueSize(item), stringBytes)
}
