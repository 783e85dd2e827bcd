import { expect, test } from 'vitest'
import { rememberMethods } from './grpc-methods.ts'

test('makes what observes a method once, and one for all methods past the bound', () => {
  const made: string[] = []
  const find = rememberMethods((method) => {
    made.push(method)
    return undefined
  })
  for (let round = 0; round < 2; round += 1) {
    for (let number = 0; number < 1_100; number += 1) find(`/test.Proxy/Method${number}`)
  }
  expect(made).toHaveLength(1_001)
  expect(made.slice(-2)).toEqual(['test.Proxy/Method999', '_OTHER'])
})
