import { expect, test } from 'vitest'
import { createBoundedNames } from './bounded-names.ts'

test('knows what the provider lists, however often something else is asked for', () => {
  const { learn, isInformed, nameOf } = createBoundedNames()
  expect([isInformed(), nameOf('far')]).toEqual([false, undefined])
  learn(['far', 'farther'])
  for (let count = 0; count < 100; count++) expect(nameOf(`made up ${count}`)).toBeUndefined()
  expect([isInformed(), nameOf('far'), nameOf('farther')]).toEqual([true, 'far', 'farther'])
})

test('knows no more than sixteen, those that were asked for', () => {
  const { learn, nameOf } = createBoundedNames()
  const all = Array.from({ length: 100 }, (_, index) => `model ${index}`)
  learn(all)
  const asked = all.slice(50)
  expect(asked.map(nameOf).filter((name) => name !== undefined)).toEqual(asked.slice(0, 16))
  expect(nameOf('model 0')).toBeUndefined()
  expect(nameOf('model 50')).toBe('model 50')
})

test('goes on to know what is listed no longer, for it has been a label', () => {
  const { learn, nameOf } = createBoundedNames()
  learn(['far', 'unasked'])
  nameOf('far')
  learn([])
  expect([nameOf('far'), nameOf('unasked')]).toEqual(['far', undefined])
})
