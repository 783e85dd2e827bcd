// Held against the SDK's own serializer, both read by the same reader that knows neither.
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { TraceState } from '@opentelemetry/core'
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { readOtlpRequest } from '@throughline/trace-testing/protobuf'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeLogRecords } from './encode-log-records.ts'
import { encodeSpans } from './encode-spans.ts'

const hex = (bytes: number) =>
  fc
    .tuple(fc.uint8Array({ minLength: bytes, maxLength: bytes }), fc.boolean())
    .map(([id, upper]) => {
      const digits = Buffer.from(id).toString('hex')
      return upper ? digits.toUpperCase() : digits
    })
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'binary', minLength: 100, maxLength: 600 }),
)
const number = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.double(), fc.constant(-0))
const scalar = fc.oneof(text, number, fc.boolean())
const attributes = fc.dictionary(text, fc.oneof(scalar, fc.array(text), fc.array(number)), {
  noNullPrototype: true,
})
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.constantFrom(undefined, null),
    fc.uint8Array(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any
const time: fc.Arbitrary<HrTime> = fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(999_999_999))
const count = fc.nat(2 ** 31 - 1)
const spanContext = fc.record(
  {
    traceId: hex(16),
    spanId: hex(8),
    traceFlags: fc.constantFrom(TraceFlags.NONE, TraceFlags.SAMPLED),
    traceState: fc.constantFrom(undefined, new TraceState('a=1,b=2')),
    isRemote: fc.boolean(),
  },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
)

const resources = [{ 'service.name': 'one', pid: 7 }, { 'service.name': 'two' }].map((of) =>
  resourceFromAttributes(of),
)
const scopes = [
  { name: 'throughline' },
  { name: 'other', version: '1.2', schemaUrl: 'https://example.com/schema' },
]
const made = {
  resource: fc.constantFrom(...resources),
  instrumentationScope: fc.constantFrom(...scopes),
}

const span = fc
  .record({
    ...made,
    name: text,
    kind: fc.constantFrom(...Object.values(SpanKind).filter((kind) => typeof kind === 'number')),
    context: spanContext,
    parentSpanContext: fc.option(spanContext, { nil: undefined }),
    startTime: time,
    endTime: time,
    attributes,
    events: fc.array(fc.record({ name: text, time, attributes, droppedAttributesCount: count }), {
      maxLength: 3,
    }),
    links: fc.array(fc.record({ context: spanContext, attributes }), { maxLength: 3 }),
    status: fc.record({
      code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
      message: fc.option(text, { nil: undefined }),
    }),
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
  })
  .map(
    ({ context, ...rest }) => ({ ...rest, spanContext: () => context }) as unknown as ReadableSpan,
  )

const logRecord = fc.record({
  ...made,
  hrTime: time,
  hrTimeObserved: time,
  severityNumber: fc.option(fc.integer({ min: 0, max: 24 }), { nil: undefined }),
  severityText: fc.option(text, { nil: undefined }),
  body: value,
  attributes: fc.dictionary(text, value, { noNullPrototype: true }),
  spanContext: fc.option(spanContext, { nil: undefined }),
  eventName: fc.option(text, { nil: undefined }),
  droppedAttributesCount: count,
}) as unknown as fc.Arbitrary<ReadableLogRecord>

/** What is left out is what the format reads as nothing or 0. */
function withoutDefaults(read: unknown): unknown {
  return JSON.parse(JSON.stringify(read), (key, field) => {
    const isDefault = field === 0 && /^(dropped\w+Count|code|flags|severityNumber)$/.test(key)
    const isEmptyStatus = key === 'status' && Object.keys(field).length === 0
    return isDefault || isEmptyStatus ? undefined : field
  })
}

test('encodes any spans as the SDK does', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
      const theirs = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? [])
      const read = readOtlpRequest('traces', encodeSpans(spans))
      expect(withoutDefaults(read)).toEqual(withoutDefaults(readOtlpRequest('traces', theirs)))
    }),
  )
})

test('encodes any log records as the SDK does', () => {
  fc.assert(
    fc.property(fc.array(logRecord, { maxLength: 6 }), (records) => {
      const theirs = Buffer.from(ProtobufLogsSerializer.serializeRequest(records) ?? [])
      const read = readOtlpRequest('logs', encodeLogRecords(records))
      expect(withoutDefaults(read)).toEqual(withoutDefaults(readOtlpRequest('logs', theirs)))
    }),
  )
})

test('encodes what follows a record that has no encoding', () => {
  const whole = fc.sample(span, { numRuns: 3, seed: 1 })
  const broken = { ...whole[0], spanContext: () => undefined } as unknown as ReadableSpan
  const before = encodeSpans(whole)
  expect(() => encodeSpans([...whole, broken])).toThrow(TypeError)
  expect(encodeSpans(whole)).toEqual(before)
})
