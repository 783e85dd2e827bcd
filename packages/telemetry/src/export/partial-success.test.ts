import { expect, test } from 'vitest'
import { readPartialSuccess } from './partial-success.ts'

const message = Buffer.from('too long')
const success = (...inner: number[]) => Buffer.from([0x0a, inner.length, ...inner])

test('reads how many were rejected, and why', () => {
  const answer = success(0x08, 0xac, 0x02, 0x12, message.length, ...message)
  expect(readPartialSuccess(answer)).toEqual({
    is: 'accepted',
    rejectedCount: 300,
    remark: 'too long',
  })
})

test('takes an empty answer, and one that says nothing, for the acceptance of all', () => {
  const all = { is: 'accepted', rejectedCount: 0 }
  expect(readPartialSuccess(Buffer.alloc(0))).toEqual(all)
  expect(readPartialSuccess(success())).toEqual(all)
  // A field that is not known yet.
  expect(readPartialSuccess(Buffer.from([0x18, 1]))).toEqual(all)
})

test.each([
  ['a page of HTML', Buffer.from('<html></html>')],
  ['half an answer', success(0x08, 1).subarray(0, 3)],
  ['a number without an end', Buffer.from([0x0a, 0xff, 0xff])],
])('refuses %s', (_, answer) => {
  expect(() => readPartialSuccess(answer)).toThrow(/^it /)
})
