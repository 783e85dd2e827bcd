import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('submits as many tasks as there is to disturb, unless told otherwise', () => {
  const usual = { workers: 3, leaseMs: 1_000, gapMs: 600, clocks: true, help: false }
  expect(readOptions(['--seed', '7'])).toEqual({ ...usual, seed: 7, kills: 1_000, tasks: 50_000 })
  expect(readOptions(['--seed', '7', '--kills', '60', '--no-clocks'])).toEqual({
    ...{ ...usual, seed: 7, kills: 60, tasks: 3_000, clocks: false },
  })
})

test.each([
  [['--kills', '0'], '--kills is "0", which is not a whole number from 1 to 100000.'],
  [['--gap-ms', 'long'], '--gap-ms is "long"'],
  [['--gently'], "Unknown option '--gently'"],
])('refuses %j with a sentence', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence)
})
