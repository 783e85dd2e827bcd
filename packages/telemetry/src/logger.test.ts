import { expect, test } from 'vitest'
import { recordScript } from '../fixtures/record-script.ts'

test('an error without a text is told in its own words, but for what they quote', async () => {
  const { received, stdout } = await recordScript('failures')
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const words = 'invalid input syntax for type uuid: "…"'
  const texts = [
    ...['no such task', words, words],
    ...['no such offer', 'no error was thrown', 'for nobody'],
  ]
  expect(lines.map(({ msg }) => msg)).toEqual(texts)
  expect(received.logs.map(({ body }) => body)).toEqual(texts)
  expect(stdout).not.toContain('private')
  expect(JSON.stringify(received.requests)).not.toContain('private')
})
