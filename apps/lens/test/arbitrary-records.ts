// Anything the SDK could hand to its own serializers.
import type { Attributes, AttributeValue } from '@opentelemetry/api'
import type { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import fc from 'fast-check'

export type ReadableLog = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0][number]

const hex = (length: number) =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    .filter((id) => /[1-9a-f]/.test(id))

export const traceId = hex(32)
export const spanId = hex(16)
const text = fc.string({ unit: 'binary', maxLength: 80 })
const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: false }))

const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  text,
  fc.boolean(),
  number,
  fc.array(text, { maxLength: 4 }),
  fc.array(number, { maxLength: 4 }),
)
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(text, attributeValue, { maxKeys: 6 })
const hrTime = fc.tuple(fc.nat(4_000_000_000), fc.nat(999_999_999))
const resource = fc
  .record({ 'service.name': text, rest: attributes })
  .map(({ rest, ...named }) => resourceFromAttributes({ ...rest, ...named }))
const scope = fc.record({ name: text, version: text })

const context = fc.record({ traceId, spanId, traceFlags: fc.constantFrom(0, 1) })
const event = fc.record({ time: hrTime, name: text, attributes, droppedAttributesCount: fc.nat(9) })
const link = fc.record({ context, attributes, droppedAttributesCount: fc.nat(9) })

const span: fc.Arbitrary<ReadableSpan> = fc
  .record({
    context,
    parentSpanContext: fc.option(context, { nil: undefined }),
    name: text,
    kind: fc.constantFrom(0, 1, 2, 3, 4),
    startTime: hrTime,
    endTime: hrTime,
    duration: hrTime,
    status: fc.record({ code: fc.constantFrom(0, 1, 2), message: text }),
    attributes,
    events: fc.array(event, { maxLength: 3 }),
    links: fc.array(link, { maxLength: 3 }),
    ended: fc.constant(true),
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: fc.nat(5),
    droppedEventsCount: fc.nat(5),
    droppedLinksCount: fc.nat(5),
  })
  .map(({ context, ...rest }) => ({ ...rest, spanContext: () => context }))

export const spans = fc.array(span, { maxLength: 8 })

type Body = ReadableLog['body']
const { body } = fc.letrec<{ body: Body }>((tie) => ({
  body: fc.oneof(
    { depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.array(tie('body'), { maxLength: 3 }),
    fc.dictionary(text, tie('body'), { maxKeys: 3 }),
  ) as fc.Arbitrary<Body>,
}))

const log: fc.Arbitrary<ReadableLog> = fc.record({
  hrTime,
  hrTimeObserved: hrTime,
  spanContext: fc.option(context, { nil: undefined }),
  severityNumber: fc.integer({ min: 0, max: 24 }),
  severityText: text,
  body,
  eventName: text,
  attributes,
  droppedAttributesCount: fc.nat(5),
  resource,
  instrumentationScope: scope,
})

/** A record has no id; the number in its event name tells which it was. */
export const logs = fc
  .array(log, { maxLength: 8 })
  .map((items) => items.map((item, index) => ({ ...item, eventName: `${index}${item.eventName}` })))
