import { expect, test } from 'vitest'
import { createTextStream } from './text-stream.ts'

/** Tokens are bytes here. */
const detokenize = (tokens: readonly number[]) => Buffer.from(tokens).toString()

function run(text: string | Buffer, stop: readonly string[] = []) {
  const shown: string[] = []
  const stream = createTextStream({
    ...{ detokenize, before: [], stop },
    onText: (piece) => shown.push(piece),
  })
  const stopped = [...Buffer.from(text)].some((byte) => stream.push(byte) === 'stopped')
  stream.end()
  return { shown, stopped }
}

test('shows each character once it is whole', () => {
  expect(run('a€💥').shown).toEqual(['a', '€', '💥'])
})

test('shows bytes that never become a character as replacements', () => {
  expect(run(Buffer.from([0xf0, 0x61])).shown.join('')).toBe('\uFFFDa')
  expect(run(Buffer.from([0xe2])).shown.join('')).toBe('\uFFFD')
})

test.for([
  { text: 'one END two', stop: ['END'], shown: 'one ', stopped: true },
  { text: 'one EN two', stop: ['END'], shown: 'one EN two', stopped: false },
  { text: 'one EN', stop: ['END'], shown: 'one EN', stopped: false },
  { text: 'aab', stop: ['ab'], shown: 'a', stopped: true },
  { text: 'abcd', stop: ['cd', 'bcx'], shown: 'ab', stopped: true },
])('shows "$shown" of "$text" with stop sequences $stop', ({ text, stop, shown, stopped }) => {
  const result = run(text, stop)
  expect(result.shown.join('')).toBe(shown)
  expect(result.stopped).toBe(stopped)
})
