// What lens must make of the SDK's own objects, said without any decoder.
import type { HrTime } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { AttributeList, type StoredValue } from '../src/store/attribute-list.ts'
import type { LogRecord, SpanRecord } from '../src/store/records.ts'
import type { ReadableLog } from './arbitrary-records.ts'

const kinds = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statuses = ['UNSET', 'OK', 'ERROR'] as const
const levels = ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

const nano = ([seconds, nanos]: HrTime) => BigInt(seconds) * 1_000_000_000n + BigInt(nanos)

/** What becomes of NaN and the infinities: words, but the SDK's JSON has lost them already. */
export type NonFinite = (value: number) => string | null

/** Integers beyond 2^53 as text, no NaN and no infinity, no negative zero. */
function expectedValue(value: unknown, nonFinite: NonFinite): StoredValue {
  if (Array.isArray(value)) return value.map((item) => expectedValue(item, nonFinite))
  if (typeof value === 'object' && value !== null) return expectedAttributes(value, nonFinite)
  if (typeof value !== 'number') return value as string | boolean
  if (!Number.isFinite(value)) return nonFinite(value)
  const isInt64 = Number.isInteger(value) && Math.abs(value) < 2 ** 63
  if (!isInt64) return value
  return Number.isSafeInteger(value) ? value + 0 : BigInt(value).toString()
}

function expectedAttributes(attributes: object, nonFinite: NonFinite): AttributeList {
  const list = new AttributeList()
  for (const [key, value] of Object.entries(attributes)) {
    list.add(key, expectedValue(value, nonFinite))
  }
  return list
}

function expectedOrigin(record: ReadableSpan | ReadableLog, nonFinite: NonFinite) {
  const attributes = expectedAttributes(record.resource.attributes, nonFinite)
  const { name, version = '' } = record.instrumentationScope
  return {
    resource: { service: String(attributes.get('service.name') || 'unknown_service'), attributes },
    scope: { name, version },
    revision: 0,
  }
}

export function expectedSpan(span: ReadableSpan, nonFinite: NonFinite = String): SpanRecord {
  const { traceId, spanId } = span.spanContext()
  const dropped = {
    attributes: span.droppedAttributesCount,
    events: span.droppedEventsCount,
    links: span.droppedLinksCount,
  }
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? null,
    name: span.name,
    kind: kinds[span.kind] as SpanRecord['kind'],
    startTimeUnixNano: nano(span.startTime),
    endTimeUnixNano: nano(span.endTime),
    statusCode: statuses[span.status.code] as SpanRecord['statusCode'],
    statusMessage: span.status.message ?? '',
    traceState: '',
    attributes: expectedAttributes(span.attributes, nonFinite),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: nano(event.time),
      attributes: expectedAttributes(event.attributes ?? {}, nonFinite),
    })),
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      attributes: expectedAttributes(link.attributes ?? {}, nonFinite),
    })),
    dropped: dropped.attributes + dropped.events + dropped.links > 0 ? dropped : null,
    ...expectedOrigin(span, nonFinite),
  }
}

export function expectedLog(log: ReadableLog, nonFinite: NonFinite = String): LogRecord {
  const severityNumber = log.severityNumber ?? 0
  return {
    traceId: log.spanContext?.traceId ?? null,
    spanId: log.spanContext?.spanId ?? null,
    timeUnixNano: nano(log.hrTime) || nano(log.hrTimeObserved),
    severity: log.severityText || (levels[Math.ceil(severityNumber / 4)] ?? ''),
    severityNumber,
    body: expectedValue(log.body ?? null, nonFinite),
    eventName: log.eventName ?? '',
    attributes: expectedAttributes(log.attributes, nonFinite),
    ...expectedOrigin(log, nonFinite),
  }
}
