import { expect, test } from 'vitest'
import { shuffle } from './shuffle.ts'

const names = ['off', 'ours', 'auto']

test('gives the same order for the same seed, and in time every order', () => {
  expect(shuffle(names, '1 1 route')).toEqual(shuffle(names, '1 1 route'))
  const orders = Array.from({ length: 200 }, (_, round) => shuffle(names, `1 ${round}`).join())
  expect(new Set(orders).size).toBe(6)
})
