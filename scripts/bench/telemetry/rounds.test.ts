import { expect, test } from 'vitest'
import { shuffle } from './rounds.ts'

test('gives the same order for the same seed, and in time every order', () => {
  expect(shuffle('1 1 route')).toEqual(shuffle('1 1 route'))
  const orders = Array.from({ length: 200 }, (_, round) => shuffle(`1 ${round} route`).join())
  expect(new Set(orders).size).toBe(6)
})
