import { expect, test } from 'vitest'
import { readText } from './read-text.ts'

async function* parts(count: number) {
  for (let index = 0; index < count; index++) yield Buffer.from('äö')
}

test('puts together what came in parts, and gives up on too much', async () => {
  expect(await readText(parts(2), { maxBytes: 8 })).toBe('äöäö')
  expect(await readText(parts(Number.POSITIVE_INFINITY), { maxBytes: 8 })).toBeUndefined()
})
