import { expect, test } from 'vitest'
import { comparePositions, isStreamPosition } from './stream-position.ts'

test.each(['0-0', '1700000000000-12', '18446744073709551615-18446744073709551615'])(
  'takes %s',
  (value) => expect(isStreamPosition(value)).toBe(true),
)

test.each(['', '$', '5', '1-', '-1', '1-1-1', ' 1-1', '18446744073709551616-0', '1-1\r\nx'])(
  'refuses %j',
  (value) => expect(isStreamPosition(value)).toBe(false),
)

test('orders by number, not by text', () => {
  const sorted = ['10-0', '9-2', '9-10', '9-9'].sort(comparePositions)
  expect(sorted).toEqual(['9-2', '9-9', '9-10', '10-0'])
  expect(comparePositions('9-2', '9-2')).toBe(0)
})
