import { expect, test } from 'vitest'
import { countRecords } from './count-records.ts'

/** Of bytes, with its length; 300 of them need two bytes for it. */
function field(number: number, content: readonly number[]): number[] {
  const { length } = content
  const size = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7]
  return [(number << 3) | 2, ...size, ...content]
}

const record = field(2, Array(300).fill(0))
const request = (...scopes: number[][][]) =>
  Uint8Array.from(
    scopes.flatMap((records) =>
      field(1, [...field(1, [8, 1]), ...field(2, [...field(1, [8, 1]), ...records.flat()])]),
    ),
  )

test('counts the records of every scope, and nothing beside them', () => {
  expect(countRecords(request([record, record], [], [record]))).toBe(3)
  expect(countRecords(new Uint8Array())).toBe(0)
})

test('refuses what is no protobuf, and what ends too early', () => {
  expect(() => countRecords(Buffer.from('{"resourceSpans":[]}'))).toThrow('not a protobuf message')
  expect(() => countRecords(request([record]).subarray(0, 1))).toThrow('without an end')
})
