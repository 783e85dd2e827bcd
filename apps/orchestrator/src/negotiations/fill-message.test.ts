import { expect, test } from 'vitest'
import { fillMessage } from './fill-message.ts'

test.each([
  ['Would you take {price} for {item}?', 'Would you take $1,396 for Lamp?'],
  ['{item}, {item}', 'Lamp, Lamp'],
  ['{toString} {price', '{toString} {price'],
])('fills %s', (message, filled) => {
  expect(fillMessage(message, { priceCents: 139_600, item: 'Lamp' })).toBe(filled)
})

test('keeps cents when there are some', () => {
  expect(fillMessage('{price}', { priceCents: 44_999, item: '' })).toBe('$449.99')
})

test('puts an item in as it is, whatever it is called', () => {
  expect(fillMessage('{item}', { priceCents: 0, item: '$& {price}' })).toBe('$& {price}')
})
