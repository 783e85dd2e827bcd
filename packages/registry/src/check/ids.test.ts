import { expect, test } from 'vitest'
import { findId, findIdInLabel, isIdName, maskIds } from './ids.ts'

test.each([
  ['GET /orders/17', 'GET /orders/{id}'],
  ['run 0D5CBD5C-3a1f-4b66-9c3e-6a3f2a1f0b7d now', 'run {id} now'],
  ['lock 4bf92f3577b34da6a3ce929d0e0e4736', 'lock {id}'],
  ['look at lst_7k2x9w1q', 'look at {id}'],
  ['key user:42', 'key user:{id}'],
  ['page (3)', 'page ({id})'],
])('%s has an id in it', (name, masked) => {
  expect(findId(name)).toBeDefined()
  expect(maskIds(name)).toBe(masked)
})

test.each([
  'POST /v1/chat/completions',
  'shop.v1.OrderService/Take',
  'chat gpt-4.1-mini',
  'connect 127.0.0.1',
  'process deadbeefcafe',
  'GET /orders/:id',
  'BEGIN',
])('%s has none', (name) => {
  expect(findId(name)).toBeUndefined()
  expect(maskIds(name)).toBe(name)
})

test.each<[string, boolean]>([
  ['500', false],
  ['23505', false],
  ['127.0.0.1:5432/throughline', false],
  ['application/json', false],
  ['1700000000', true],
  ['task-1700000000', true],
  ['0d5cbd5c-3a1f-4b66-9c3e-6a3f2a1f0b7d', true],
])('the label %s is an id: %s', (value, expected) => {
  expect(findIdInLabel(value) !== undefined).toBe(expected)
})

test.each<[string, boolean]>([
  ['throughline.task.id', true],
  ['taskId', true],
  ['request_id', true],
  ['message.uuid', true],
  ['order.paid', false],
  ['http.response.valid', false],
  ['grid', false],
])('the attribute %s is an id: %s', (name, expected) => {
  expect(isIdName(name)).toBe(expected)
})
