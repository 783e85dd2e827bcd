// The fields of OTLP 1.x by their numbers, each with its name in JSON.
import type { Field, Message } from './read-protobuf.ts'

const one = (name: string, type: Field['type']): Field => ({ name, type, isList: false })
const each = (name: string, type: Field['type']): Field => ({ name, type, isList: true })

const attributes = each('attributes', () => keyValue)

const anyValue: Message = {
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => ({ 1: each('values', () => anyValue) })),
  6: one('kvlistValue', () => ({ 1: each('values', () => keyValue) })),
  7: one('bytesValue', 'base64'),
}

const keyValue: Message = { 1: one('key', 'string'), 2: one('value', () => anyValue) }

const resource = one('resource', () => ({
  1: attributes,
  2: one('droppedAttributesCount', 'uint32'),
}))

const scope = one('scope', () => ({
  1: one('name', 'string'),
  2: one('version', 'string'),
  3: attributes,
  4: one('droppedAttributesCount', 'uint32'),
}))

const span: Message = {
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'string'),
  4: one('parentSpanId', 'hex'),
  5: one('name', 'string'),
  6: one('kind', 'uint32'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: attributes,
  10: one('droppedAttributesCount', 'uint32'),
  11: each('events', () => spanEvent),
  12: one('droppedEventsCount', 'uint32'),
  13: each('links', () => spanLink),
  14: one('droppedLinksCount', 'uint32'),
  15: one('status', () => ({ 2: one('message', 'string'), 3: one('code', 'uint32') })),
  16: one('flags', 'fixed32'),
}

const spanEvent: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('name', 'string'),
  3: attributes,
  4: one('droppedAttributesCount', 'uint32'),
}

const spanLink: Message = {
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'string'),
  4: attributes,
  5: one('droppedAttributesCount', 'uint32'),
  6: one('flags', 'fixed32'),
}

const logRecord: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'uint32'),
  3: one('severityText', 'string'),
  5: one('body', () => anyValue),
  6: attributes,
  7: one('droppedAttributesCount', 'uint32'),
  8: one('flags', 'fixed32'),
  9: one('traceId', 'hex'),
  10: one('spanId', 'hex'),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
}

const metric: Message = {
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: one('gauge', () => data(numberPoint)),
  7: one('sum', () => data(numberPoint)),
  9: one('histogram', () => data(histogramPoint)),
  10: one('exponentialHistogram', () => data(exponentialPoint)),
  11: one('summary', () => data(summaryPoint)),
  12: each('metadata', () => keyValue),
}

const data = (point: Message): Message => ({
  1: each('dataPoints', () => point),
  2: one('aggregationTemporality', 'uint32'),
  3: one('isMonotonic', 'bool'),
})

const times = { 2: one('startTimeUnixNano', 'fixed64'), 3: one('timeUnixNano', 'fixed64') }

const numberPoint: Message = {
  ...times,
  4: one('asDouble', 'double'),
  5: each('exemplars', () => exemplar),
  6: one('asInt', 'sfixed64'),
  7: attributes,
  8: one('flags', 'uint32'),
}

const histogramPoint: Message = {
  ...times,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: each('bucketCounts', 'fixed64'),
  7: each('explicitBounds', 'double'),
  8: each('exemplars', () => exemplar),
  9: attributes,
  10: one('flags', 'uint32'),
  11: one('min', 'double'),
  12: one('max', 'double'),
}

const exponentialPoint: Message = {
  1: attributes,
  ...times,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: one('scale', 'sint32'),
  7: one('zeroCount', 'fixed64'),
  8: one('positive', () => buckets),
  9: one('negative', () => buckets),
  10: one('flags', 'uint32'),
  11: each('exemplars', () => exemplar),
  12: one('min', 'double'),
  13: one('max', 'double'),
  14: one('zeroThreshold', 'double'),
}

const buckets: Message = { 1: one('offset', 'sint32'), 2: each('bucketCounts', 'uint64') }

const summaryPoint: Message = {
  ...times,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: each('quantileValues', () => ({ 1: one('quantile', 'double'), 2: one('value', 'double') })),
  7: attributes,
  8: one('flags', 'uint32'),
}

const exemplar: Message = {
  2: one('timeUnixNano', 'fixed64'),
  3: one('asDouble', 'double'),
  4: one('spanId', 'hex'),
  5: one('traceId', 'hex'),
  6: one('asInt', 'sfixed64'),
  7: each('filteredAttributes', () => keyValue),
}

const schemaUrl = one('schemaUrl', 'string')

/** What is sent of each signal: records by scope, by resource. */
export const otlpMessages = {
  traces: request('resourceSpans', 'scopeSpans', 'spans', () => span),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', () => metric),
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', () => logRecord),
} as const

function request(resources: string, scopes: string, records: string, type: () => Message): Message {
  const byScope: Message = { 1: scope, 2: each(records, type), 3: schemaUrl }
  const byResource: Message = { 1: resource, 2: each(scopes, () => byScope), 3: schemaUrl }
  return { 1: each(resources, () => byResource) }
}
