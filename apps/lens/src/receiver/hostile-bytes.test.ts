// Bytes that no SDK sends. The only thing that may come out, besides records, is a DecodeError.
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logs, spans } from '../../test/arbitrary-records.ts'
import { countDataPoints } from './count-data-points.ts'
import { DecodeError } from './decode-error.ts'
import { decodeJsonTraces } from './json-traces.ts'
import { decodeLogs } from './protobuf-logs.ts'
import { createStringTables } from './protobuf-reader.ts'
import { decodeTraces } from './protobuf-traces.ts'

const tables = createStringTables()
const decoders = [
  (body: Buffer) => decodeTraces(body, tables),
  (body: Buffer) => decodeLogs(body, tables),
  (body: Buffer) => countDataPoints(body, tables),
]

function decodesOrRefuses(body: Buffer): void {
  for (const decode of decoders) {
    try {
      decode(body)
    } catch (err) {
      expect(err).toBeInstanceOf(DecodeError)
    }
  }
}

const requests = fc.oneof(
  spans.map((given) => Buffer.from(ProtobufTraceSerializer.serializeRequest(given) ?? [])),
  logs.map((given) => Buffer.from(ProtobufLogsSerializer.serializeRequest(given) ?? [])),
)

test('survives any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => decodesOrRefuses(Buffer.from(bytes))),
    { numRuns: 2_000 },
  )
})

test('survives requests with bytes changed, cut and put in', () => {
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat(6),
    insert: fc.uint8Array({ maxLength: 6 }),
  })
  fc.assert(
    fc.property(requests, fc.array(edit, { minLength: 1, maxLength: 5 }), (body, edits) => {
      let mutant = body
      for (const { at, remove, insert } of edits) {
        const start = at % (mutant.length + 1)
        const rest = mutant.subarray(start + remove)
        mutant = Buffer.concat([mutant.subarray(0, start), insert, rest])
      }
      decodesOrRefuses(mutant)
    }),
    { numRuns: 500 },
  )
})

test('refuses a request that ends anywhere within a message', () => {
  fc.assert(
    fc.property(requests, fc.nat(), (body, at) => {
      fc.pre(body.length > 0)
      decodesOrRefuses(body.subarray(0, at % body.length))
    }),
  )
  const whole = Buffer.from([0x0a, 0x02, 0x12, 0x00])
  expect(() => decodeTraces(whole.subarray(0, 3), tables)).toThrow(DecodeError)
})

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
}

function wrap(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(content.length)]), content])
}

/** request > resource spans > scope spans > span > attribute > value */
function spanWithValue(value: Buffer): Buffer {
  return [2, 9, 2, 2, 1].reduce((content, field) => wrap(field, content), value)
}

test('refuses values nested without end', () => {
  // AnyValue.array_value > ArrayValue.values > AnyValue …
  let value: Buffer = Buffer.alloc(0)
  for (let depth = 0; depth < 5_000; depth++) value = wrap(depth % 2 === 0 ? 1 : 5, value)
  const body = spanWithValue(value)
  expect(() => decodeTraces(body, tables)).toThrow(/nested too deeply/)
})

test('refuses a body of millions of empty messages', () => {
  const empties = Buffer.alloc(4_000_000, Buffer.from([0x0a, 0x00]))
  expect(() => decodeTraces(empties, tables)).toThrow(/too many messages/)
})

test('keeps a thousand events of a span and counts the rest as dropped', () => {
  const ids = Buffer.concat([wrap(1, Buffer.alloc(16, 1)), wrap(2, Buffer.alloc(8, 1))])
  const events = Buffer.alloc(2 * 3_000, Buffer.from([(11 << 3) | 2, 0]))
  const span = Buffer.concat([ids, events])
  const body = wrap(1, wrap(2, wrap(2, span)))
  const [record] = decodeTraces(body, tables).records
  expect(record?.events).toHaveLength(1_024)
  expect(record?.dropped).toEqual({ attributes: 0, events: 3_000 - 1_024, links: 0 })
})

test('skips fields that it does not know', () => {
  const unknown = Buffer.concat([
    Buffer.from([((100 << 3) & 0x7f) | 0x80, 6, 1]),
    wrap(15, Buffer.from('later')),
    Buffer.from([(14 << 3) | 5, 1, 2, 3, 4]),
    Buffer.from([(13 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
  ])
  expect(decodeTraces(Buffer.concat([unknown, wrap(1, Buffer.alloc(0))]), tables).records).toEqual(
    [],
  )
})

test('rejects a span without proper ids and keeps its neighbours', () => {
  const span = (id: number) =>
    wrap(2, Buffer.concat([wrap(1, Buffer.alloc(16, 7)), wrap(2, Buffer.alloc(8, id))]))
  const short = wrap(2, Buffer.concat([wrap(1, Buffer.alloc(3, 7)), wrap(2, Buffer.alloc(8, 1))]))
  const body = wrap(1, wrap(2, Buffer.concat([span(1), short, span(0), span(2)])))
  const { records, rejected, rejection } = decodeTraces(body, tables)
  expect(records.map(({ spanId }) => spanId)).toEqual(['01'.repeat(8), '02'.repeat(8)])
  expect(rejected).toBe(2)
  expect(rejection).toMatch(/trace id/)
})

test('leaves out links that lead to no span and counts them as dropped', () => {
  const [traceId, spanId] = ['07'.repeat(16), '01'.repeat(8)]
  const links = [{ traceId, spanId }, { traceId, spanId: 'no id' }, { spanId }, {}]
  const json = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, links }] }] }] }
  const ids = Buffer.concat([wrap(1, Buffer.alloc(16, 7)), wrap(2, Buffer.alloc(8, 1))])
  const long = Buffer.concat([wrap(1, Buffer.alloc(16, 7)), wrap(2, Buffer.alloc(1_000, 1))])
  const span = Buffer.concat([
    ids,
    wrap(13, long),
    wrap(13, ids),
    wrap(13, ids.subarray(18)),
    wrap(13, Buffer.alloc(0)),
  ])
  for (const { records } of [
    decodeJsonTraces(Buffer.from(JSON.stringify(json))),
    decodeTraces(wrap(1, wrap(2, wrap(2, span))), tables),
  ]) {
    expect(records).toMatchObject([{ links: [{ traceId, spanId }], dropped: { links: 3 } }])
  }
})

test('survives any JSON', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      try {
        decodeJsonTraces(Buffer.from(json))
      } catch (err) {
        expect(err).toBeInstanceOf(DecodeError)
      }
    }),
  )
})

test.each([
  ['not JSON', '{"resourceSpans":[', /not JSON/],
  ['nested without end', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, /not an object/],
  ['a list', '[]', /not an object/],
  ['spans as text', '{"resourceSpans":[{"scopeSpans":[{"spans":"x"}]}]}', /spans is not a list/],
  [
    'a time before time',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-5"}]}]}]}',
    /startTimeUnixNano is negative/,
  ],
  [
    'a huge time',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":1e300}]}]}]}',
    /not a 64-bit integer/,
  ],
])('refuses JSON that is %s', (_, json, message) => {
  expect(() => decodeJsonTraces(Buffer.from(json))).toThrow(message)
})
