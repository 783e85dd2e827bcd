import { expect, test } from 'vitest'
import { defaults, readOptions } from './options.ts'

test('measures everything with our model unless told otherwise', () => {
  expect(readOptions(['--seed', '7'])).toEqual({
    ...defaults,
    ...{ only: ['answers', 'negotiation'], llamaCppPython: undefined, seed: 7, help: false },
  })
})

test('takes the Python of another server, wherever the bench is called from', () => {
  const { llamaCppPython } = readOptions(['--llama-cpp-python', process.execPath])
  expect(llamaCppPython).toBe(process.execPath)
})

test.each([
  [['--rounds', '0'], '--rounds is "0", which is not a whole number from 1 to 100.'],
  [['--slots', '65'], '--slots is "65"'],
  [['--answers', 'all'], '--answers is "all"'],
  [['--only', 'answers,speed'], 'There is nothing called "speed" to measure, only answers'],
  [['--model', 'no.gguf'], '--model is "no.gguf", and there is no such file.'],
  [['--fast'], "Unknown option '--fast'"],
])('refuses %j with a sentence', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence)
})
