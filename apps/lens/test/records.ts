// Spans and logs as the store keeps them, with everything a test does not care about filled in.
import { AttributeList, type StoredValue } from '../src/store/attribute-list.ts'
import { type Batch, emptyBatch, type LogRecord, type SpanRecord } from '../src/store/records.ts'

export const traceA = 'a'.repeat(32)
export const traceB = 'b'.repeat(32)

/** `spanId(1)` is 0000000000000001. */
export const spanId = (number: number): string => number.toString(16).padStart(16, '0')

export function attributes(object: Readonly<Record<string, StoredValue>>): AttributeList {
  const list = new AttributeList()
  for (const [key, value] of Object.entries(object)) list.add(key, value)
  return list
}

type Service = { readonly service?: string }

export function span({
  service = 'core',
  ...fields
}: Partial<SpanRecord> & Service = {}): SpanRecord {
  return {
    traceId: traceA,
    spanId: spanId(1),
    parentSpanId: null,
    name: 'work',
    kind: 'INTERNAL',
    startTimeUnixNano: 1_000n,
    endTimeUnixNano: 2_000n,
    statusCode: 'UNSET',
    statusMessage: '',
    traceState: '',
    attributes: attributes({}),
    events: [],
    links: [],
    dropped: null,
    scope: { name: 'test', version: '' },
    resource: { service, attributes: attributes({ 'service.name': service }) },
    revision: 0,
    ...fields,
  }
}

export function log(fields: Partial<LogRecord> = {}): LogRecord {
  return {
    traceId: traceA,
    spanId: null,
    timeUnixNano: 1_500n,
    severity: 'info',
    severityNumber: 9,
    body: 'happened',
    eventName: '',
    attributes: attributes({}),
    scope: { name: 'test', version: '' },
    resource: { service: 'core', attributes: attributes({ 'service.name': 'core' }) },
    revision: 0,
    ...fields,
  }
}

export function batch<Item>(...records: Item[]): Batch<Item> {
  return { ...emptyBatch<Item>(), records }
}
