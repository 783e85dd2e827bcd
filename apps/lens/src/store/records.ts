// What the receiver hands to the store, one shape for both encodings of OTLP.
import type { SpanKind, StatusCode } from '../api/trace-json.ts'
import { AttributeList, type StoredValue } from './attribute-list.ts'

export interface SpanRecord {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: SpanKind
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
  readonly statusCode: StatusCode
  readonly statusMessage: string
  readonly traceState: string
  readonly attributes: AttributeList
  readonly events: readonly EventRecord[]
  readonly links: readonly LinkRecord[]
  readonly dropped: DroppedCounts | null
  readonly scope: ScopeRecord
  /** One object per distinct resource once the store has it. */
  resource: ResourceRecord
  /** The store's sequence number of the last change that a reader can see. */
  revision: number
}

export interface DroppedCounts {
  readonly attributes: number
  readonly events: number
  readonly links: number
}

export interface EventRecord {
  readonly name: string
  readonly timeUnixNano: bigint
  readonly attributes: AttributeList
}

export interface LinkRecord {
  readonly traceId: string
  readonly spanId: string
  readonly attributes: AttributeList
}

export interface LogRecord {
  /** `null` for a record that was written outside any trace. */
  readonly traceId: string | null
  readonly spanId: string | null
  readonly timeUnixNano: bigint
  readonly severity: string
  readonly severityNumber: number
  readonly body: StoredValue
  readonly eventName: string
  readonly attributes: AttributeList
  readonly scope: ScopeRecord
  resource: ResourceRecord
  revision: number
}

export interface ResourceRecord {
  readonly service: string
  readonly attributes: AttributeList
}

export interface ScopeRecord {
  readonly name: string
  readonly version: string
}

/** The records of one request that can be kept, and how many could not. */
export interface Batch<Item> {
  readonly records: Item[]
  rejected: number
  /** Why the first of the rejected ones was. */
  rejection: string
}

export function emptyBatch<Item>(): Batch<Item> {
  return { records: [], rejected: 0, rejection: '' }
}

export function reject<Item>(batch: Batch<Item>, reason: string): void {
  batch.rejected += 1
  batch.rejection ||= reason
}

export function noResource(): ResourceRecord {
  return { service: 'unknown_service', attributes: new AttributeList() }
}

export function resourceOf(attributes: AttributeList): ResourceRecord {
  const name = attributes.get('service.name')
  return {
    service: typeof name === 'string' && name !== '' ? name : 'unknown_service',
    attributes,
  }
}
