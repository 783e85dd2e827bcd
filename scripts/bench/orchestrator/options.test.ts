import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('measures everything unless told otherwise', () => {
  expect(readOptions(['--seed', '7'])).toEqual({
    ...{ rounds: 5, tasks: 2_000, seed: 7, help: false },
    only: ['path', 'worker', 'memory', 'pickup', 'checkpoint', 'backlog', 'fairness'],
  })
})

test.each([
  [['--rounds', '0'], '--rounds is "0", which is not a whole number from 1 to 100.'],
  [['--tasks', 'many'], '--tasks is "many"'],
  [['--only', 'path,speed'], 'There is nothing called "speed" to measure, only path, worker'],
  [['--fast'], "Unknown option '--fast'"],
])('refuses %j with a sentence', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence)
})
