// ExportTraceServiceRequest in JSON.
import {
  type Batch,
  type DroppedCounts,
  type EventRecord,
  emptyBatch,
  type LinkRecord,
  reject,
  type SpanRecord,
} from '../store/records.ts'
import { isSpanId, isTraceId, leadsToSpan, mostPerSpan } from './attribute-values.ts'
import { spanKind, statusCode } from './enums.ts'
import { readRequest } from './json-envelope.ts'
import {
  asObject,
  idField,
  type JsonObject,
  listField,
  numberField,
  objectField,
  textField,
  timeField,
} from './json-fields.ts'
import { readAttributes } from './json-values.ts'
import type { Origin } from './protobuf-envelope.ts'

const names = { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' }

export function decodeJsonTraces(body: Buffer): Batch<SpanRecord> {
  const batch = emptyBatch<SpanRecord>()
  readRequest(body, names, (record, origin) => {
    const span = readSpan(record, origin)
    if (isTraceId(span.traceId) && isSpanId(span.spanId)) batch.records.push(span)
    else reject(batch, 'a span needs a traceId of 32 hex digits and a spanId of 16, not all zero')
  })
  return batch
}

function readSpan(span: JsonObject, { resource, scope }: Origin): SpanRecord {
  const parentSpanId = idField(span, 'parentSpanId')
  const status = objectField(span, 'status')
  const listed = { events: listField(span, 'events'), links: listField(span, 'links') }
  const events = listed.events.slice(0, mostPerSpan).map(readEvent)
  const links = listed.links.slice(0, mostPerSpan).map(readLink).filter(leadsToSpan)
  return {
    traceId: idField(span, 'traceId'),
    spanId: idField(span, 'spanId'),
    parentSpanId: isSpanId(parentSpanId) ? parentSpanId : null,
    name: textField(span, 'name'),
    kind: spanKind(numberField(span, 'kind')),
    startTimeUnixNano: timeField(span, 'startTimeUnixNano'),
    endTimeUnixNano: timeField(span, 'endTimeUnixNano'),
    statusCode: statusCode(numberField(status, 'code')),
    statusMessage: textField(status, 'message'),
    traceState: textField(span, 'traceState'),
    attributes: readAttributes(span, 'attributes'),
    events,
    links,
    dropped: readDropped(
      span,
      listed.events.length - events.length,
      listed.links.length - links.length,
    ),
    scope,
    resource,
    revision: 0,
  }
}

function readDropped(
  span: JsonObject,
  eventsLeftOut: number,
  linksLeftOut: number,
): DroppedCounts | null {
  const dropped = {
    attributes: numberField(span, 'droppedAttributesCount'),
    events: numberField(span, 'droppedEventsCount') + eventsLeftOut,
    links: numberField(span, 'droppedLinksCount') + linksLeftOut,
  }
  return dropped.attributes + dropped.events + dropped.links > 0 ? dropped : null
}

function readEvent(item: unknown): EventRecord {
  const event = asObject(item, 'events')
  return {
    name: textField(event, 'name'),
    timeUnixNano: timeField(event, 'timeUnixNano'),
    attributes: readAttributes(event, 'attributes'),
  }
}

function readLink(item: unknown): LinkRecord {
  const link = asObject(item, 'links')
  return {
    traceId: idField(link, 'traceId'),
    spanId: idField(link, 'spanId'),
    attributes: readAttributes(link, 'attributes'),
  }
}
