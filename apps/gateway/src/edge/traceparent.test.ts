import { expect, test } from 'vitest'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

test.each([
  ['the form of version 00', `00-${trace}-${span}-01`],
  ['unknown flags', `00-${trace}-${span}-ff`],
  ['a later version', `cc-${trace}-${span}-01`],
  ['a later version with a field more', `cc-${trace}-${span}-01-what-the-future`],
])('accepts %s', (_, header) => {
  const parsed = parseTraceparent(header)
  expect(parsed).toMatchObject({ traceId: trace, spanId: span })
  if (parsed) expect(formatTraceparent(parsed)).toBe(`00${header.slice(2, 55)}`)
})

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['an array', [`00-${trace}-${span}-01`]],
  ['a header sent twice', `00-${trace}-${span}-01, 00-${trace}-${span}-01`],
  ['version ff', `ff-${trace}-${span}-01`],
  ['version 00 with a field more', `00-${trace}-${span}-01-extra`],
  ['version 00 with a trailing dash', `00-${trace}-${span}-01-`],
  ['a later version without a dash', `cc-${trace}-${span}-01.extra`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${span}-01`],
  ['a span id of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
  ['upper case', `00-${trace.toUpperCase()}-${span}-01`],
  ['a short trace id', `00-${trace.slice(1)}-${span}-01`],
  ['a long trace id', `00-${trace}0-${span}-01`],
  ['a letter past f', `00-${trace.replace('0', 'g')}-${span}-01`],
  ['missing flags', `00-${trace}-${span}`],
  ['a space around it', ` 00-${trace}-${span}-01`],
  ['a line feed after it', `00-${trace}-${span}-01\n`],
  ['a tail without an end', `cc-${trace}-${span}-01-${'x'.repeat(10_000)}`],
])('refuses %s', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined()
})
