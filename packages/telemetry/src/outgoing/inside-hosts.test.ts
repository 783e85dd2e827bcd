import { expect, test } from 'vitest'
import { createInsideRule, createOriginRule } from './inside-hosts.ts'

test.each([
  'localhost',
  'core.localhost',
  '127.0.0.1',
  '127.8.8.8',
  '[::1]',
  'model-server',
  'MODEL_SERVER',
])('is inside without being told: %s', (hostname) => {
  expect(createInsideRule()(hostname)).toBe(true)
})

test.each([
  'api.openai.com',
  'localhost.example.com',
  '127.0.0.1.example.com',
  '10.0.0.7',
  '192.168.1.1',
  '0.0.0.0',
  '[fe80::1]',
  '[::ffff:8.8.8.8]',
  'core.throughline.svc.cluster.local',
  '',
])('is outside unless told: %s', (hostname) => {
  expect(createInsideRule()(hostname)).toBe(false)
})

test.each([
  ['a name', 'api.example.com', 'api.example.com'],
  ['a name in other letters, with a dot at its end', 'API.example.com', 'api.Example.com.'],
  ['an address', '10.0.0.7', '10.0.0.7'],
  ['one of several, with blanks', ' a.example , b.example,', 'b.example'],
  ['what is below a name', '*.svc.cluster.local', 'core.throughline.svc.cluster.local'],
  ['everything', '*', 'api.openai.com'],
])('a list can allow %s', (_, list, hostname) => {
  expect(createInsideRule(list)(hostname)).toBe(true)
})

test.each([
  ['*.example.com', 'example.com'],
  ['*.example.com', 'badexample.com'],
  ['example.com', 'api.example.com'],
  ['.example.com', 'api.example.com'],
])('the list %j does not allow %s', (list, hostname) => {
  expect(createInsideRule(list)(hostname)).toBe(false)
})

test('an origin is judged by its host, once', () => {
  const asked: string[] = []
  const isOriginInside = createOriginRule((hostname) => asked.push(hostname) === 1)
  expect(isOriginInside('https://user@core:8443')).toBe(true)
  expect(isOriginInside('https://user@core:8443')).toBe(true)
  expect(isOriginInside('http://[::1]')).toBe(false)
  expect(asked).toEqual(['core', '[::1]'])
})
