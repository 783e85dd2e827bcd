import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

test.each([
  ['the form of version 00', `00-${trace}-${span}-01`, 0b01],
  ['the flag for a random trace id', `00-${trace}-${span}-02`, 0b10],
  ['unknown flags, which it forgets', `00-${trace}-${span}-fd`, 0b01],
  ['a later version', `cc-${trace}-${span}-01`, 0b01],
  ['a later version, of whose flags it reads only sampled', `01-${trace}-${span}-ff`, 0b01],
  ['a later version with a field more', `cc-${trace}-${span}-00-what-the-future`, 0b00],
])('accepts %s', (_, header, flags) => {
  expect(parseTraceparent(header)).toEqual({ traceId: trace, spanId: span, flags })
})

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['an array', [`00-${trace}-${span}-01`]],
  ['a header sent twice', `00-${trace}-${span}-01, 00-${trace}-${span}-01`],
  ['version ff', `ff-${trace}-${span}-01`],
  ['a version in upper case', `CC-${trace}-${span}-01`],
  ['version 00 with a field more', `00-${trace}-${span}-01-extra`],
  ['version 00 with a trailing dash', `00-${trace}-${span}-01-`],
  ['a later version without a dash', `cc-${trace}-${span}-01.extra`],
  ['a later version with flags of three digits', `cc-${trace}-${span}-011`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${span}-01`],
  ['a span id of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
  ['a trace id in upper case', `00-${trace.toUpperCase()}-${span}-01`],
  ['a span id in upper case', `00-${trace}-${span.toUpperCase()}-01`],
  ['flags in upper case', `00-${trace}-${span}-0F`],
  ['a short trace id', `00-${trace.slice(1)}-${span}-01`],
  ['a long trace id', `00-${trace}0-${span}-01`],
  ['a letter past f', `00-${trace.replace('0', 'g')}-${span}-01`],
  ['missing flags', `00-${trace}-${span}`],
  ['flags of one digit', `00-${trace}-${span}-1`],
  ['a space around it', ` 00-${trace}-${span}-01`],
  ['a line feed after it', `00-${trace}-${span}-01\n`],
  ['a tail without an end', `cc-${trace}-${span}-01-${'x'.repeat(10_000)}`],
])('refuses %s', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined()
})

const hex = (digits: number) =>
  fc
    .bigInt({ min: 1n, max: 16n ** BigInt(digits) - 1n })
    .map((value) => value.toString(16).padStart(digits, '0'))
const traceparents = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  flags: fc.integer({ min: 0, max: 0b11 }),
})

test('what it formats it reads back, whatever the ids and flags are', () => {
  fc.assert(
    fc.property(traceparents, (traceparent) => {
      expect(parseTraceparent(formatTraceparent(traceparent))).toEqual(traceparent)
    }),
  )
})

test('one character more, less or other never changes what is read into something else', () => {
  const edits = fc.record({
    at: fc.nat(56),
    remove: fc.nat(1),
    insert: fc.string({ maxLength: 1 }),
  })
  fc.assert(
    fc.property(traceparents, edits, (traceparent, { at, remove, insert }) => {
      const header = formatTraceparent(traceparent)
      const edited = header.slice(0, at) + insert + header.slice(at + remove)
      const read = parseTraceparent(edited)
      // Whatever is accepted stands in the header as it is, in its place.
      if (read) expect(edited.slice(3, 52)).toBe(`${read.traceId}-${read.spanId}`)
      if (read && edited.startsWith('00')) expect(edited).toHaveLength(55)
    }),
  )
})
