import { expect, test } from 'vitest'
import { describeTrace } from './demo.ts'

test('says so when a trace does not arrive', async () => {
  expect(await describeTrace('http://127.0.0.1:1', '0'.repeat(32), 50)).toBe(
    'which has not arrived whole after 0.05 s',
  )
})
