import { expect, test } from 'vitest'
import { preferredWaitSeconds } from './prefer.ts'

test.each([
  ['wait=10', 10],
  ['WAIT = 10', 10],
  ['wait="10"', 10],
  ['respond-async, wait=5', 5],
  ['wait=5;foo=bar, wait=9', 5],
  [['respond-async', 'wait=3'], 3],
  ['wait=0', 0],
])('reads %j', (header, seconds) => {
  expect(preferredWaitSeconds(header)).toBe(seconds)
})

test.each([undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=soon', 'await=3', 'wait=9999999999'])(
  'ignores %j',
  (header) => {
    expect(preferredWaitSeconds(header)).toBeUndefined()
  },
)
