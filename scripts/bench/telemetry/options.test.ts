import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('measures everything nine times unless told otherwise', () => {
  expect(readOptions([])).toMatchObject({ rounds: 9, minutes: 5, help: false })
  expect(readOptions(['--', '--rounds', '2', '--only', 'route, log', '--seed', '7'])).toMatchObject(
    { rounds: 2, only: ['route', 'log'], seed: 7 },
  )
})

test('looks into one of the parts when asked', () => {
  expect(readOptions(['--profile', 'route']).profile).toBe('route')
  expect(readOptions([]).profile).toBeUndefined()
})

test.each([
  [['--rounds', 'many'], '--rounds is "many"'],
  [['--minutes', ''], '--minutes is ""'],
  [['--only', 'everything'], 'nothing called "everything"'],
  [['--profile', 'search'], 'nothing called "search" to measure, only route, call, log'],
  [['--fast'], "Unknown option '--fast'"],
])('says what is wrong with %j', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence)
})
